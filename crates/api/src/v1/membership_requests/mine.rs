//! `GET /api/v1/me/membership-requests`

use axum::Json;
use polity_app::membership_requests::mine;
use polity_web::{Caller, Problem, Problems};

use super::bodies::{MembershipRequestBody, MembershipRequestList};

/// List my membership requests
///
/// What the caller has asked for, however it ended, newest first, at most 1000.
#[utoipa::path(get, path = "/me/membership-requests", operation_id = "list_my_membership_requests",
    tag = "Membership requests",
    responses((status = 200, description = "The caller's requests", body = MembershipRequestList), Problems))]
pub async fn list_my_membership_requests(Caller(op): Caller) -> Result<Json<MembershipRequestList>, Problem> {
    let requests = mine(&op).await?;
    let membership_requests = requests.iter().map(MembershipRequestBody::from).collect();
    Ok(Json(MembershipRequestList { membership_requests, next_page_token: None, total_size: None }))
}
