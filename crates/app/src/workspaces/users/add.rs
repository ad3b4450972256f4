//! Giving somebody roles on a workspace.

use polity_domain::ids::RoleId;
use polity_domain::permissions::WORKSPACES_MANAGE_USERS;
use polity_domain::roles::BuiltIn;

use super::UserOf;
use super::plan::{Plan, current, plan};
use super::view::WorkspaceUser;
use crate::changes::carry_out;
use crate::{AppError, Op};

/// Gives a member of the organization roles on a workspace; none: Viewer. Nobody gives a role with more
/// permissions than they hold there.
///
/// # Errors
/// 400 `unknown_role`, `not_a_member`; 403 `cannot_grant`; 409 `already_exists` for one who holds a role on
/// it already.
#[tracing::instrument(name = "workspaces.users.add", skip_all, fields(workspace = %of.workspace, user = %of.user))]
pub async fn add(op: &Op, of: UserOf, roles: Vec<RoleId>) -> Result<WorkspaceUser, AppError> {
    let unit = op.write_on(WORKSPACES_MANAGE_USERS, of.organization, of.workspace).await?;
    let roles = if roles.is_empty() { vec![BuiltIn::WorkspaceViewer.id()] } else { roles };
    let Some((person, shown)) = current(op, &unit, of).await? else {
        let detail = "is not a member of the organization; invite them";
        return Err(AppError::invalid("/user", "not_a_member", detail));
    };
    if !shown.roles.is_empty() {
        let detail = "This person holds a role on the workspace already; change that.";
        return Err(AppError::conflict("already_exists", detail));
    }
    let Plan { changes, after } = plan(op, &unit, of, person, &roles).await?;
    carry_out(unit, changes, false).await?;
    Ok(after)
}
