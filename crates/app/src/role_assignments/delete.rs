//! Withdrawing a role.

use polity_domain::ids::{OrganizationId, RoleAssignmentId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::ROLE_ASSIGNMENTS_DELETE;
use polity_domain::roles::RoleAssignment;
use polity_store::Writer;

use super::rules::rights;
use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Withdraws a role. Only whoever could grant all that the holder holds directly takes from them.
///
/// # Errors
/// 403 `cannot_grant`; 409 `last_owner`; 412 when `if_match` is another version.
#[tracing::instrument(name = "role_assignments.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: RoleAssignmentId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(ROLE_ASSIGNMENTS_DELETE, organization).await?;
    let assignment = plan(op, &unit, id, if_match).await?;
    let preview = carry_out(unit, vec![Change::RoleAssignmentDeleted(assignment)], validate_only).await?;
    Ok(outcome((), preview))
}

/// The assignment that is to end, if the caller may end it.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    id: RoleAssignmentId,
    if_match: &IfMatch,
) -> Result<RoleAssignment, AppError> {
    let (assignment, revision) = unit.role_assignments().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let (caller, organization, now) = (op.principal()?, unit.organization(), op.now());
    rights(unit).may_change(&caller, &assignment.principal, organization, now)?;
    Ok(assignment)
}
