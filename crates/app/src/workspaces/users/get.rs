//! Looking at one person of a workspace.

use polity_domain::permissions::WORKSPACES_READ;

use super::UserOf;
use super::view::WorkspaceUser;
use crate::{AppError, Op};

/// One person of a workspace.
///
/// # Errors
/// 404 for somebody who holds no role on it.
#[tracing::instrument(name = "workspaces.users.get", skip_all, fields(workspace = %of.workspace, user = %of.user))]
pub async fn get(op: &Op, of: UserOf) -> Result<WorkspaceUser, AppError> {
    let reader = op.read_on(WORKSPACES_READ, of.organization, of.workspace).await?;
    let found = reader.members().get_with_user(of.user).await?;
    let (_, person, _) = found.ok_or_else(AppError::not_found)?;
    let shown = WorkspaceUser::new(op, reader.snapshot(), of.organization, of.workspace, person);
    if shown.roles.is_empty() { Err(AppError::not_found()) } else { Ok(shown) }
}
