//! What changes when somebody is to hold exactly some roles on a workspace.

use polity_domain::ids::RoleId;
use polity_domain::ledger::event::Change;
use polity_domain::roles::{Principal, ResourceRef, RoleAssignment, RoleChange};
use polity_domain::users::User;
use polity_store::Writer;

use super::UserOf;
use super::view::WorkspaceUser;
use crate::changes::afterwards;
use crate::role_assignments::{assignment, check_roles_on, rights};
use crate::{AppError, Op};

/// A person as they are, and what changes for them.
pub(super) struct Plan {
    /// What must change.
    pub changes: Vec<Change>,
    /// The person as they become.
    pub after: WorkspaceUser,
}

/// A member of the organization with what they hold on the workspace. None: they are no member.
pub(super) async fn current(
    op: &Op,
    unit: &Writer,
    of: UserOf,
) -> Result<Option<(User, WorkspaceUser)>, AppError> {
    let Some((_, person, _)) = unit.members().get_with_user(of.user).await? else { return Ok(None) };
    let shown = WorkspaceUser::new(op, unit.snapshot(), of.organization, of.workspace, person.clone());
    Ok(Some((person, shown)))
}

/// What must change so that a person holds exactly the `wanted` roles on the workspace. Everything is
/// checked, nothing is recorded.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    of: UserOf,
    person: User,
    wanted: &[RoleId],
) -> Result<Plan, AppError> {
    let (target, resource) = (Principal::User(of.user), ResourceRef::workspace(of.workspace));
    let (caller, now) = (op.principal()?, op.now());
    rights(unit).may_change_on(&caller, &target, of.organization, &resource, now)?;
    let held = unit.role_assignments().of_principal(&target).await?;
    let held = held.into_iter().map(|(assignment, _)| assignment).collect();
    let change = RoleChange::on(Some(&resource), wanted, held, now);
    check_roles_on(op, unit, &resource, &change.given)?;
    let mut changes: Vec<_> = change.ended.into_iter().map(Change::RoleAssignmentDeleted).collect();
    let given = change.given.into_iter().map(|role| RoleAssignment {
        resource: Some(resource.clone()),
        ..assignment(op, of.organization, target, role)
    });
    changes.extend(given.map(Change::RoleAssignmentCreated));
    let snapshot = afterwards(unit.snapshot(), &changes);
    let after = WorkspaceUser::new(op, &snapshot, of.organization, of.workspace, person);
    Ok(Plan { changes, after })
}
