//! `GET {O}/groups`

use axum::Json;
use polity_app::groups::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::GroupList;
use crate::v1::common::OrganizationPath;

/// List groups
///
/// The organization's own, newest first. Filter by
/// `id title external_id source member create_time update_time`, where `member` is a user who is directly
/// in it; order by `title create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/groups", operation_id = "list_groups", tag = "Groups",
    params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of groups", body = GroupList), Problems))]
pub async fn list_groups(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<GroupList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(GroupList {
        groups: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
