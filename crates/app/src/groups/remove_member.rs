//! Taking somebody out of a group.

use polity_domain::groups::GroupMember;
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::GROUPS_MANAGE_MEMBERS;
use polity_domain::roles::Principal;
use polity_store::Writer;

use super::own;
use crate::changes::{carry_out, outcome};
use crate::role_assignments::rights;
use crate::{AppError, IfMatch, Op, Outcome};

/// Takes somebody, or another group, out of a group: only whoever could grant all that they hold, itself
/// and by groups, takes from them.
///
/// # Errors
/// 403 `cannot_grant`; 404 for somebody who is not directly in it; 412 when `if_match` is another version.
#[tracing::instrument(name = "groups.remove_member", skip_all, fields(%organization, %id))]
pub async fn remove_member(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    member: Principal,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(GROUPS_MANAGE_MEMBERS, organization).await?;
    own(&unit, id).await?;
    let place = plan(op, &unit, id, &member, if_match).await?;
    let preview = carry_out(unit, vec![Change::GroupMemberRemoved(place)], validate_only).await?;
    Ok(outcome((), preview))
}

/// The place that is to end, if the caller may end it.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    group: GroupId,
    member: &Principal,
    if_match: &IfMatch,
) -> Result<GroupMember, AppError> {
    let (place, revision) = unit.groups().member(group, member).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    rights(unit).may_change(&op.principal()?, member, unit.organization(), op.now())?;
    Ok(place)
}
