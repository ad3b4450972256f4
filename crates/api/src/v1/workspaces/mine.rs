//! `GET /api/v1/me/organizations/{organization_id}/workspaces`

use axum::Json;
use polity_app::workspaces::mine;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::WorkspaceList;
use crate::v1::common::OrganizationPath;

/// List my workspaces
///
/// Those on which you hold a role, or all when a role on the organization covers them. Filter and order as
/// in the list of workspaces. A key works in none of its own: 403 `person_required`.
#[utoipa::path(get, path = "/me/organizations/{organization_id}/workspaces", operation_id = "list_my_workspaces",
    tag = "Workspaces", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of your workspaces", body = WorkspaceList), Problems))]
pub async fn list_my_workspaces(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<WorkspaceList>, Problem> {
    Ok(Json(mine(&op, at.organization_id, &params.into()).await?.into()))
}
