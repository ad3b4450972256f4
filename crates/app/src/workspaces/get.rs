//! Looking at one workspace.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::WORKSPACES_READ;

use super::view::WorkspaceView;
use crate::{AppError, Op};

/// One workspace that lives.
///
/// # Errors
/// 404 for a deleted one, and for whoever neither holds a role on it nor may read all of them.
#[tracing::instrument(name = "workspaces.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: WorkspaceId) -> Result<WorkspaceView, AppError> {
    let reader = op.read_on(WORKSPACES_READ, organization, id).await?;
    let found = reader.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
    Ok(found.into())
}
