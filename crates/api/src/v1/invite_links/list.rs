//! `GET {O}/invite-links`

use axum::Json;
use polity_app::invite_links::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::InviteLinkList;
use crate::v1::common::OrganizationPath;

/// List invite links
///
/// Newest first. Filter by `id state role workspace inviter uses max_uses create_time update_time expire_time`; order
/// by `create_time expire_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/invite-links", operation_id = "list_invite_links",
    tag = "Invite links", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of links", body = InviteLinkList), Problems))]
pub async fn list_invite_links(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<InviteLinkList>, Problem> {
    Ok(Json(list(&op, at.organization_id, &params.into()).await?.into()))
}
