//! `GET {W}/users/{user_id}`

use polity_app::workspaces::users::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{WorkspaceUserBody, WorkspaceUserPath, resource};

/// Get a user of a workspace
///
/// Whoever holds a role on it, with what they hold on the whole organization.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}/users/{user_id}",
    operation_id = "get_workspace_user", tag = "Workspaces", params(WorkspaceUserPath),
    responses((status = 200, description = "The person", body = WorkspaceUserBody), Problems))]
pub async fn get_workspace_user(
    Caller(op): Caller,
    At(at): At<WorkspaceUserPath>,
) -> Result<Resource<WorkspaceUserBody>, Problem> {
    Ok(resource(get(&op, at.of()).await?))
}
