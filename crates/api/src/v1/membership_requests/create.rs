//! `POST {O}/membership-requests`

use garde::Validate;
use polity_app::etag;
use polity_app::membership_requests::create;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::MembershipRequestBody;
use crate::v1::common::{OrganizationPath, a_message};

/// What somebody says when they ask.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewMembershipRequestBody {
    /// A word to those who answer, one line of plain text
    #[serde(default)]
    #[garde(inner(custom(a_message)))]
    #[schema(max_length = 500, example = "I work with Ada on the new site")]
    message: Option<String>,
}

/// Ask to be taken in
///
/// For a signed-in person, where the organization's settings allow it (`members.requests_allowed`) and its domains
/// admit the caller's address. Every other organization answers 404, as one that never was. One request of a
/// person can wait at a time, and three can be made in a day.
#[utoipa::path(post, path = "/organizations/{organization_id}/membership-requests",
    operation_id = "create_membership_request", tag = "Membership requests", params(OrganizationPath),
    request_body = NewMembershipRequestBody,
    responses((status = 201, description = "The request", body = MembershipRequestBody), Problems))]
pub async fn create_membership_request(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewMembershipRequestBody>,
) -> Result<Created<MembershipRequestBody>, Problem> {
    let view = create(&op, at.organization_id, body.message).await?;
    let body = MembershipRequestBody::from(&view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(etag(view.revision)))
}
