//! Deleting a group.

use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::GROUPS_DELETE;
use polity_domain::roles::Principal;
use polity_store::Writer;

use super::own;
use crate::changes::{carry_out, outcome};
use crate::role_assignments::rights;
use crate::{AppError, IfMatch, Op, Outcome};

/// Deletes a group, with the roles that it holds and all places in it and of it. It takes from everybody
/// in it, so the caller must be able to grant all that it gives.
///
/// # Errors
/// 403 `cannot_grant`; 404; 412 when `if_match` is another version.
#[tracing::instrument(name = "groups.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: GroupId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(GROUPS_DELETE, organization).await?;
    let (group, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    let principal = Principal::Group(id);
    rights(&unit).may_change(&op.principal()?, &principal, organization, op.now())?;
    let mut changes = ending(&unit, &principal).await?;
    let inside = unit.groups().all_members(id).await?;
    changes.extend(inside.into_iter().map(Change::GroupMemberRemoved));
    changes.push(Change::GroupDeleted(group));
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}

/// What ends with a principal in an organization: the roles that it holds, and its places in groups.
pub(crate) async fn ending(unit: &Writer, principal: &Principal) -> Result<Vec<Change>, AppError> {
    let held = unit.role_assignments().of_principal(principal).await?.into_iter();
    let mut changes: Vec<_> = held.map(|(assignment, _)| Change::RoleAssignmentDeleted(assignment)).collect();
    let places = unit.groups().places_of(principal).await?;
    changes.extend(places.into_iter().map(Change::GroupMemberRemoved));
    Ok(changes)
}
