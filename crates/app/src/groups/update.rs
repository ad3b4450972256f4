//! Changing a group.

use polity_domain::groups::GroupUpdate;
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::GROUPS_UPDATE;

use super::{GroupView, own};
use crate::{AppError, IfMatch, Op};

/// Changes what is written on a group. Who is in it and what it holds stays.
///
/// # Errors
/// 404; 409 `external_id_taken`; 412 when `if_match` is another version.
#[tracing::instrument(name = "groups.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    update: GroupUpdate,
    if_match: &IfMatch,
) -> Result<GroupView, AppError> {
    let unit = op.write(GROUPS_UPDATE, organization).await?;
    let (before, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    let after = before.change(update, op.now());
    let revision = unit.commit(Change::GroupUpdated(Changed { before, after: after.clone() })).await?;
    Ok((after, revision.row()))
}
