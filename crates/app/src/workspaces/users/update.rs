//! Changing the roles that somebody holds on a workspace.

use polity_domain::ids::RoleId;
use polity_domain::permissions::WORKSPACES_MANAGE_USERS;

use super::UserOf;
use super::plan::{Plan, current, plan};
use super::view::WorkspaceUser;
use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Makes the roles that somebody holds on a workspace exactly these. Only whoever could grant all that they
/// hold there changes it.
///
/// # Errors
/// 400 `unknown_role`; 403 `cannot_grant`; 404 for somebody who holds no role on it; 412 when `if_match` is
/// another version.
#[tracing::instrument(name = "workspaces.users.update", skip_all, fields(workspace = %of.workspace, user = %of.user))]
pub async fn update(
    op: &Op,
    of: UserOf,
    roles: &[RoleId],
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<WorkspaceUser>, AppError> {
    let unit = op.write_on(WORKSPACES_MANAGE_USERS, of.organization, of.workspace).await?;
    let held = current(op, &unit, of).await?.filter(|(_, shown)| !shown.roles.is_empty());
    let (person, shown) = held.ok_or_else(AppError::not_found)?;
    if_match.check_tag(&shown.etag())?;
    let Plan { changes, after } = plan(op, &unit, of, person, roles).await?;
    let preview = carry_out(unit, changes, validate_only).await?;
    Ok(outcome(after, preview))
}
