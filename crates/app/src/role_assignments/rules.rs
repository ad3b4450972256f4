//! What holds wherever roles are given: on assigning, inviting, adding and changing members.

use polity_domain::access::{Denial, Snapshot};
use polity_domain::ids::{OrganizationId, RoleAssignmentId, RoleId, WorkspaceId};
use polity_domain::policies::MOST_CONDITIONS;
use polity_domain::roles::{BuiltIn, Condition, Principal, ResourceRef, RoleAssignment, RoleScope};
use polity_domain::time::Time;
use polity_store::Writer;

use crate::{AppError, Kind, Op};

/// A new assignment of a role on a whole organization, without an end.
pub(crate) fn assignment(
    op: &Op,
    organization: OrganizationId,
    principal: Principal,
    role_id: RoleId,
) -> RoleAssignment {
    RoleAssignment {
        id: RoleAssignmentId::from_uuid(op.new_id()),
        organization_id: organization,
        principal,
        role_id,
        resource: None,
        expire_time: None,
        condition: None,
        create_time: op.now(),
    }
}

/// Each role can be held here, and the caller holds all that they have.
///
/// # Errors
/// 400 `unknown_role` at `/roles/…`; 403 `cannot_grant`.
pub(crate) fn check_roles(op: &Op, unit: &Writer, roles: &[RoleId]) -> Result<(), AppError> {
    for (position, role) in roles.iter().enumerate() {
        check_usable(unit, *role, RoleScope::Organization, || format!("/roles/{position}"))?;
    }
    Ok(rights(unit).may_grant_roles(&op.principal()?, roles, unit.organization(), op.now())?)
}

/// Each role can be held on a workspace, and the caller holds all that they have there.
///
/// # Errors
/// 400 `unknown_role` at `/roles/…`; 403 `cannot_grant`.
pub(crate) fn check_roles_on(
    op: &Op,
    unit: &Writer,
    resource: &ResourceRef,
    roles: &[RoleId],
) -> Result<(), AppError> {
    for (position, role) in roles.iter().enumerate() {
        check_usable(unit, *role, RoleScope::Workspace, || format!("/roles/{position}"))?;
    }
    let organization = unit.organization();
    Ok(rights(unit).may_grant_roles_on(&op.principal()?, roles, organization, resource, op.now())?)
}

/// Each role that is offered can be held: without a workspace on the organization; with one, those of a
/// workspace on the workspace (one at least) and the others on the organization. The caller could grant each
/// where it is to be held.
///
/// # Errors
/// 400 `unknown_role` at `/roles/…`, or where none is of a workspace; 403 `cannot_grant`.
pub(crate) fn check_offer(
    op: &Op,
    unit: &Writer,
    workspace: Option<WorkspaceId>,
    roles: &[RoleId],
) -> Result<(), AppError> {
    let Some(workspace) = workspace else { return check_roles(op, unit, roles) };
    for (position, role) in roles.iter().enumerate() {
        let scope = unit.snapshot().role_scope(*role).unwrap_or(RoleScope::Workspace);
        check_usable(unit, *role, scope, || format!("/roles/{position}"))?;
    }
    let (caller, organization, now) = (op.principal()?, unit.organization(), op.now());
    let (on_workspace, on_whole) = split(unit.snapshot(), roles);
    if on_workspace.is_empty() {
        let detail = "one of them must be a role that can be held on a workspace";
        return Err(AppError::invalid("/roles", "unknown_role", detail));
    }
    let resource = ResourceRef::workspace(workspace);
    rights(unit).may_grant_roles_on(&caller, &on_workspace, organization, &resource, now)?;
    if !on_whole.is_empty() {
        rights(unit).may_grant_roles(&caller, &on_whole, organization, now)?;
    }
    Ok(())
}

/// The roles that can be held on a workspace, and the others.
pub(crate) fn split(snapshot: &Snapshot, roles: &[RoleId]) -> (Vec<RoleId>, Vec<RoleId>) {
    roles.iter().partition(|role| snapshot.role_scope(**role) == Some(RoleScope::Workspace))
}

/// What decides who may grant and change what: the rights as they were when the unit was opened, so
/// that in one call an owner can hand over and step down in either order.
pub(crate) fn rights(unit: &Writer) -> &Snapshot {
    unit.before(unit.organization()).unwrap_or_else(|| unit.snapshot())
}

/// The role is one that can be held in the unit's organization: on all of it, or on one of its workspaces.
pub(super) fn check_usable(
    unit: &Writer,
    role: RoleId,
    scope: RoleScope,
    field: impl Fn() -> String,
) -> Result<(), AppError> {
    if unit.snapshot().role_usable(role, unit.organization(), scope) {
        Ok(())
    } else {
        let detail = match scope {
            RoleScope::Organization => "is not a role that can be held in this organization",
            RoleScope::Workspace => "is not a role that can be held on a workspace of this organization",
        };
        Err(AppError::invalid(field(), "unknown_role", detail))
    }
}

/// An owner answers for the organization by name: no group is one.
pub(crate) fn check_personal(principal: &Principal, role: RoleId, field: &str) -> Result<(), AppError> {
    if matches!(principal, Principal::Group(_)) && role == BuiltIn::Owner.id() {
        let detail = "a group cannot be owner: ownership is personal";
        Err(AppError::invalid(field, "ownership_is_personal", detail))
    } else {
        Ok(())
    }
}

/// An owner is one whatever the circumstances: ownership depends on no condition.
pub(crate) fn check_unconditional(
    condition: Option<&Condition>,
    role: RoleId,
    field: &str,
) -> Result<(), AppError> {
    if condition.is_some() && role == BuiltIn::Owner.id() {
        let detail = "Owner cannot be held on a condition";
        Err(AppError::invalid(field, "ownership_is_unconditional", detail))
    } else {
        Ok(())
    }
}

/// There is room for so many more assignments that depend on a condition.
pub(crate) async fn check_conditions_room(unit: &Writer, more: usize) -> Result<(), AppError> {
    if more == 0 {
        return Ok(());
    }
    let there = unit.role_assignments().count_conditional().await?;
    if there.saturating_add(more as u64) <= MOST_CONDITIONS as u64 {
        return Ok(());
    }
    let detail = format!(
        "At most {MOST_CONDITIONS} role assignments of an organization can have a condition; give the role to a group."
    );
    Err(AppError::conflict("limit_reached", detail))
}

/// What ends by itself ends in the future.
pub(crate) fn check_end(op: &Op, expire_time: Option<Time>) -> Result<(), AppError> {
    match expire_time {
        Some(end) if end <= op.now() => {
            Err(AppError::invalid("/expire_time", "invalid_value", "must be in the future"))
        }
        _ => Ok(()),
    }
}

/// In an organization that is deleted, or below one, nothing happens at all. In one that is suspended people may
/// still go and say no.
pub(crate) fn check_there(unit: &Writer) -> Result<(), AppError> {
    match unit.snapshot().stopped(unit.organization()) {
        Some(Denial::NoOrganization) => Err(AppError::not_found()),
        _ => Ok(()),
    }
}

/// An organization that is stopped takes nobody in, whoever opens it.
pub(crate) fn check_open(unit: &Writer) -> Result<(), AppError> {
    match unit.snapshot().stopped(unit.organization()) {
        None => Ok(()),
        Some(Denial::Suspended) => {
            Err(AppError::new(Kind::Forbidden, "organization_suspended", "The organization is suspended."))
        }
        Some(_) => Err(AppError::not_found()),
    }
}
