//! `GET {O}/membership-requests`

use axum::Json;
use polity_app::membership_requests::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::MembershipRequestList;
use crate::v1::common::OrganizationPath;

/// List membership requests
///
/// Newest first. Filter by `id user state create_time update_time expire_time`; order by `create_time expire_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/membership-requests",
    operation_id = "list_membership_requests", tag = "Membership requests", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of requests", body = MembershipRequestList), Problems))]
pub async fn list_membership_requests(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<MembershipRequestList>, Problem> {
    Ok(Json(list(&op, at.organization_id, &params.into()).await?.into()))
}
