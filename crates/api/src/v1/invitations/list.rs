//! `GET {O}/invitations`

use axum::Json;
use polity_app::invitations::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::InvitationList;
use crate::v1::common::OrganizationPath;

/// List invitations
///
/// Newest first. Filter by `id email state role group workspace inviter create_time update_time expire_time`; order
/// by `create_time expire_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/invitations", operation_id = "list_invitations",
    tag = "Invitations", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of invitations", body = InvitationList), Problems))]
pub async fn list_invitations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<InvitationList>, Problem> {
    Ok(Json(list(&op, at.organization_id, &params.into()).await?.into()))
}
