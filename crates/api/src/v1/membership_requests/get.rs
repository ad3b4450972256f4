//! `GET {O}/membership-requests/{membership_request_id}`

use polity_app::membership_requests::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{MembershipRequestBody, MembershipRequestPath, resource};

/// Get a membership request
///
/// For those who may see the organization's requests, and for who made it.
#[utoipa::path(get, path = "/organizations/{organization_id}/membership-requests/{membership_request_id}",
    operation_id = "get_membership_request", tag = "Membership requests", params(MembershipRequestPath),
    responses((status = 200, description = "The request", body = MembershipRequestBody), Problems))]
pub async fn get_membership_request(
    Caller(op): Caller,
    At(at): At<MembershipRequestPath>,
) -> Result<Resource<MembershipRequestBody>, Problem> {
    Ok(resource(&get(&op, at.organization_id, at.membership_request_id).await?))
}
