//! `GET {W}`

use polity_app::workspaces::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::WorkspaceBody;
use crate::v1::common::WorkspacePath;

/// Get a workspace
///
/// For those who hold a role on it, and those who may read all workspaces of the organization.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}",
    operation_id = "get_workspace", tag = "Workspaces", params(WorkspacePath),
    responses((status = 200, description = "The workspace", body = WorkspaceBody), Problems))]
pub async fn get_workspace(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
) -> Result<Resource<WorkspaceBody>, Problem> {
    let view = get(&op, at.organization_id, at.workspace_id).await?;
    Ok(WorkspaceBody::resource(&view))
}
