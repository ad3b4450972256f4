//! `GET {O}/members`

use axum::Json;
use polity_app::members::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::MemberList;
use crate::v1::common::OrganizationPath;

/// List members
///
/// Newest first, expired memberships included. Filter by
/// `user email display_name role group tag search expire_time create_time update_time`, where `role` is one
/// that is held directly and `group` one that they are directly in; order by `create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/members", operation_id = "list_members",
    tag = "Members", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of members", body = MemberList), Problems))]
pub async fn list_members(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<MemberList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(MemberList {
        members: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
