//! `POST {O}/workspaces:countUsers`

use axum::Json;
use garde::Validate;
use polity_app::workspaces::count_users;
use polity_domain::ids::WorkspaceId;
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::common::OrganizationPath;

/// Which workspaces.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CountUsersBody {
    /// 1 to 1000 ids
    #[garde(length(min = 1, max = 1000))]
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 1000,
        example = json!(["wks_01h455vb4pex5vsknk084sn02q"]))]
    workspace_ids: Vec<WorkspaceId>,
}

/// How many people work in each.
#[derive(Debug, Serialize, ToSchema)]
pub struct CountUsersAnswer {
    /// One for each id, in order
    counts: Vec<UserCountBody>,
}

/// How many people work in a workspace.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserCountBody {
    /// The workspace's id
    #[schema(example = "wks_01h455vb4pex5vsknk084sn02q")]
    workspace_id: String,
    /// How many hold a role on it
    #[schema(example = 12)]
    user_count: u64,
}

/// Count the users of workspaces
///
/// Those who hold a role on each, as its list of users shows them. Workspaces that you may not see are 404.
#[utoipa::path(post, path = "/organizations/{organization_id}/workspaces:countUsers",
    operation_id = "count_workspace_users", tag = "Workspaces", params(OrganizationPath),
    request_body = CountUsersBody,
    responses((status = 200, description = "The counts", body = CountUsersAnswer), Problems))]
pub async fn count_workspace_users(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<CountUsersBody>,
) -> Result<Json<CountUsersAnswer>, Problem> {
    let counts = count_users(&op, at.organization_id, &body.workspace_ids).await?.into_iter();
    let counts = counts.map(|(id, user_count)| UserCountBody { workspace_id: id.to_string(), user_count });
    Ok(Json(CountUsersAnswer { counts: counts.collect() }))
}
