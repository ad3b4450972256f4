//! `GET {W}/roles`

use axum::Json;
use polity_app::workspaces::roles;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use crate::v1::common::WorkspacePath;
use crate::v1::roles::RoleList;

/// List the roles of a workspace
///
/// Those that can be held on it: the built-in ones first, then the organization's own and the inherited
/// ones. Filter and order as in the list of roles.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}/roles",
    operation_id = "list_workspace_roles", tag = "Workspaces", params(WorkspacePath, ListParams),
    responses((status = 200, description = "A page of roles", body = RoleList), Problems))]
pub async fn list_workspace_roles(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    Params(params): Params<ListParams>,
) -> Result<Json<RoleList>, Problem> {
    let page = roles(&op, at.organization_id, at.workspace_id, &params.into()).await?;
    Ok(Json(RoleList::new(at.organization_id, page)))
}
