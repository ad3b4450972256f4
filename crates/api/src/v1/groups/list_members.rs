//! `GET {O}/groups/{group_id}/members`

use axum::Json;
use polity_app::groups::list_members;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::{GroupMemberList, GroupPath};

/// How far to look.
#[derive(Debug, Clone, Copy, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct GroupMemberParams {
    /// Also those who are in it by other groups, each once
    #[serde(default)]
    #[param(default = false)]
    transitive: Option<bool>,
}

/// List who is in a group
///
/// People and groups, the latest first; those who are directly in it, unless `transitive`. Filter by
/// `user group service_account create_time`; order by `create_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/groups/{group_id}/members",
    operation_id = "list_group_members", tag = "Groups", params(GroupPath, ListParams, GroupMemberParams),
    responses((status = 200, description = "A page of who is in it", body = GroupMemberList), Problems))]
pub async fn list_group_members(
    Caller(op): Caller,
    At(at): At<GroupPath>,
    Params(params): Params<ListParams>,
    Params(how): Params<GroupMemberParams>,
) -> Result<Json<GroupMemberList>, Problem> {
    let transitive = how.transitive.unwrap_or(false);
    let page = list_members(&op, at.organization_id, at.group_id, transitive, &params.into()).await?;
    Ok(Json(GroupMemberList {
        group_members: page.items.into_iter().map(|(place, _)| place.into()).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
