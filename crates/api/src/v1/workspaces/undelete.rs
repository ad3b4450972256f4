//! `POST {W}/undelete`

use polity_app::workspaces::undelete;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::WorkspaceBody;
use crate::v1::common::WorkspacePath;

/// Restore a deleted workspace
///
/// With the access of those who hold roles on it. It takes the right to delete workspaces in the whole
/// organization.
#[utoipa::path(post, path = "/organizations/{organization_id}/workspaces/{workspace_id}/undelete",
    operation_id = "undelete_workspace", tag = "Workspaces", params(WorkspacePath),
    responses((status = 200, description = "The workspace, alive again", body = WorkspaceBody), Problems))]
pub async fn undelete_workspace(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
) -> Result<Resource<WorkspaceBody>, Problem> {
    let view = undelete(&op, at.organization_id, at.workspace_id).await?;
    Ok(WorkspaceBody::resource(&view))
}
