//! Ending grants.

use polity_domain::ids::{OrganizationId, SupportAccessGrantId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::SUPPORT_ACCESS_GRANTS_REVOKE;
use polity_domain::support_access_grants::EndReason;
use polity_store::Writer;

use crate::{AppError, IfMatch, Op};

/// Ends a grant for good: the very next request by it is refused. Whoever may end grants may end any of the
/// organization's, also one that gives more than they hold.
///
/// # Errors
/// 409 `wrong_state` when it has ended before; 412 when `if_match` is another version.
#[tracing::instrument(name = "support_access_grants.revoke", skip_all, fields(%organization, %id))]
pub async fn revoke(
    op: &Op,
    organization: OrganizationId,
    id: SupportAccessGrantId,
    if_match: &IfMatch,
) -> Result<(), AppError> {
    let unit = op.write(SUPPORT_ACCESS_GRANTS_REVOKE, organization).await?;
    let found = unit.support_access_grants().get(id).await?;
    let (before, revision) = found.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = before.end(EndReason::Revoked, op.now())?;
    unit.commit(Change::SupportAccessGrantRevoked(Changed { before, after })).await?;
    Ok(())
}

/// Ends all grants of the unit's organization, which lets the support team in no longer. Each end is an event of
/// its own, so that letting them in again brings none of the grants back.
pub(crate) async fn end_all(op: &Op, unit: &mut Writer) -> Result<(), AppError> {
    for before in unit.support_access_grants().active(op.now()).await? {
        let after = before.end(EndReason::PreferenceOff, op.now())?;
        unit.record(Change::SupportAccessGrantRevoked(Changed { before, after })).await?;
    }
    Ok(())
}
