//! `GET {O}/workspaces`

use axum::Json;
use polity_app::workspaces::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::WorkspaceList;
use crate::v1::common::OrganizationPath;

/// What else a list of workspaces takes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WorkspaceListParams {
    /// Also those that are deleted and can be restored, for those who may read all workspaces
    #[serde(default)]
    #[param(default = false)]
    show_deleted: Option<bool>,
}

/// List workspaces
///
/// All of the organization for those who may read them there, else those on which you hold a role. Newest
/// first. Filter by `id title slug state labels tag create_time update_time`; order by `title create_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces", operation_id = "list_workspaces",
    tag = "Workspaces", params(OrganizationPath, ListParams, WorkspaceListParams),
    responses((status = 200, description = "A page of workspaces", body = WorkspaceList), Problems))]
pub async fn list_workspaces(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
    Params(which): Params<WorkspaceListParams>,
) -> Result<Json<WorkspaceList>, Problem> {
    let deleted = which.show_deleted.unwrap_or(false);
    Ok(Json(list(&op, at.organization_id, deleted, &params.into()).await?.into()))
}
