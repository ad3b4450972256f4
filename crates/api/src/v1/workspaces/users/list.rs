//! `GET {W}/users`

use axum::Json;
use polity_app::workspaces::users::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::WorkspaceUserBody;
use crate::v1::common::WorkspacePath;

/// A page of the people of a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkspaceUserList {
    /// The people
    users: Vec<WorkspaceUserBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    total_size: Option<u64>,
}

/// List the users of a workspace
///
/// Those who hold a role on it, the newest members of the organization first, with what they hold on the
/// whole organization. Filter and order as in the list of members.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}/users",
    operation_id = "list_workspace_users", tag = "Workspaces", params(WorkspacePath, ListParams),
    responses((status = 200, description = "A page of people", body = WorkspaceUserList), Problems))]
pub async fn list_workspace_users(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    Params(params): Params<ListParams>,
) -> Result<Json<WorkspaceUserList>, Problem> {
    let page = list(&op, at.organization_id, at.workspace_id, &params.into()).await?;
    Ok(Json(WorkspaceUserList {
        users: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
