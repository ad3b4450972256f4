//! Changing a policy.

use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::POLICIES_UPDATE;

use super::fields::{PolicyUpdate, check_fields};
use super::view::PolicyView;
use crate::{AppError, IfMatch, Op};

/// Changes what a policy forbids, or whether it does. What it would have denied is counted anew.
///
/// # Errors
/// 400 for each field that is wrong, at `/text` with Cedar's words; 409 `limit_reached`; 412 when `if_match` is
/// another version.
#[tracing::instrument(name = "policies.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: PolicyId,
    update: PolicyUpdate,
    if_match: &IfMatch,
) -> Result<PolicyView, AppError> {
    let reader = op.may(POLICIES_UPDATE, organization).await?;
    check_fields(op, reader.snapshot(), update.title.as_deref(), update.text.as_deref()).await?;
    let unit = op.write(POLICIES_UPDATE, organization).await?;
    let (before, revision) = unit.policies().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = update.apply(&before, op.now());
    if after == before {
        let shadows = unit.policies().shadows().await?;
        return Ok(PolicyView::new((before, revision), shadows.get(&id)));
    }
    unit.snapshot().check_policy_room(&after)?;
    let revision = unit.commit(Change::PolicyUpdated(Changed { before, after: after.clone() })).await?;
    Ok(PolicyView::new((after, revision.row()), None))
}
