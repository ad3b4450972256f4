//! Making a workspace after another one.

use polity_domain::ids::{OrganizationId, RoleAssignmentId, WorkspaceId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::{WORKSPACES_CREATE, WORKSPACES_MANAGE_USERS, WORKSPACES_READ};
use polity_domain::roles::{ResourceRef, RoleAssignment, RoleScope};
use polity_domain::workspaces::Workspace;
use polity_store::Writer;

use super::create::compose;
use super::fields::NewWorkspace;
use super::view::WorkspaceView;
use crate::role_assignments::{check_conditions_room, rights};
use crate::{AppError, Op};

/// How many roles one call copies.
const MOST: usize = 1_000;

/// What the new workspace is to be.
#[derive(Debug, Clone, Default)]
pub struct Clone {
    /// The display name.
    pub title: String,
    /// The name in URLs; none: made from the title.
    pub slug: Option<String>,
    /// Whether those who hold roles on the model hold the same on the new one.
    pub copy_users: bool,
}

/// Makes a workspace with the description, labels, preferences and settings of another one; with `copy_users` also with the roles
/// that are held there, as long as they last there. Whoever copies them must be able to grant each.
///
/// # Errors
/// 404 for a model that the caller may not see; 403 `cannot_grant`, or without the right to manage users;
/// 409 `slug_taken`, `limit_reached` also for more than 1000 roles to be copied.
#[tracing::instrument(name = "workspaces.clone", skip_all, fields(%organization, %id))]
pub async fn clone(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
    clone: Clone,
) -> Result<WorkspaceView, AppError> {
    let new = NewWorkspace { title: clone.title, slug: clone.slug, ..NewWorkspace::default() };
    new.check()?;
    let mut unit = op.write(WORKSPACES_CREATE, organization).await?;
    let model = ResourceRef::workspace(id);
    unit.snapshot().permit_on(&op.principal()?, WORKSPACES_READ, organization, &model, op.moment())?;
    let (before, _) = unit.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
    let Workspace { description, labels, preferences, settings, .. } = before;
    let new = NewWorkspace { description, labels, ..new };
    let workspace = Workspace { preferences, settings, ..compose(op, &unit, new).await? };
    let mut copies = if clone.copy_users { held(op, &unit, id, &workspace).await? } else { Vec::new() };
    let made = Change::WorkspaceCreated(workspace.clone());
    let Some(last) = copies.pop() else {
        let revision = unit.commit(made).await?;
        return Ok((workspace, revision.row()).into());
    };
    unit.record(made).await?;
    let revision = unit.revision().row();
    for copy in copies {
        unit.record(Change::RoleAssignmentCreated(copy)).await?;
    }
    unit.commit(Change::RoleAssignmentCreated(last)).await?;
    Ok((workspace, revision).into())
}

/// What is held on the model, as it is to be held on the new workspace.
async fn held(
    op: &Op,
    unit: &Writer,
    model: WorkspaceId,
    workspace: &Workspace,
) -> Result<Vec<RoleAssignment>, AppError> {
    let (caller, organization, now) = (op.principal()?, unit.organization(), op.now());
    let resource = ResourceRef::workspace(model);
    rights(unit).permit_on(&caller, WORKSPACES_MANAGE_USERS, organization, &resource, op.moment())?;
    let held = unit.workspaces().role_assignments(model, MOST as u64 + 1).await?;
    if held.len() > MOST {
        let detail = format!("More than {MOST} roles are held there: clone it without them.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let counts = |one: &RoleAssignment| {
        one.live(now) && unit.snapshot().role_usable(one.role_id, organization, RoleScope::Workspace)
    };
    let held: Vec<_> = held.into_iter().filter(counts).collect();
    let roles: Vec<_> = held.iter().map(|one| one.role_id).collect();
    // On a workspace that is not there yet the caller holds what they hold in the whole organization.
    rights(unit).may_grant_roles(&caller, &roles, organization, now)?;
    check_conditions_room(unit, held.iter().filter(|one| one.condition.is_some()).count()).await?;
    let copy = |old: RoleAssignment| RoleAssignment {
        id: RoleAssignmentId::from_uuid(op.new_id()),
        resource: Some(ResourceRef::workspace(workspace.id)),
        create_time: now,
        ..old
    };
    Ok(held.into_iter().map(copy).collect())
}
