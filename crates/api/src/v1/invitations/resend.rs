//! `POST {O}/invitations/{invitation_id}/resend`

use garde::Validate;
use polity_app::etag;
use polity_app::invitations::resend;
use polity_web::{At, Body, Caller, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{InvitationBody, InvitationPath};

/// How to send it again.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResendBody {
    /// How long it stands from now on, in seconds; default 7 days
    #[serde(default)]
    #[garde(skip)]
    #[schema(minimum = 60, maximum = 2_592_000, example = 604_800)]
    ttl_seconds: Option<i64>,
}

/// Send an invitation again
///
/// Also an expired or bounced one. It gets a new token; the old one is worthless.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations/{invitation_id}/resend",
    operation_id = "resend_invitation", tag = "Invitations", params(InvitationPath), request_body = ResendBody,
    responses((status = 200, description = "The invitation, pending again", body = InvitationBody), Problems))]
pub async fn resend_invitation(
    Caller(op): Caller,
    At(at): At<InvitationPath>,
    Body(body): Body<ResendBody>,
) -> Result<Resource<InvitationBody>, Problem> {
    let view = resend(&op, at.organization_id, at.invitation_id, body.ttl_seconds).await?;
    Ok(Resource::new(InvitationBody::from(&view)).etag(etag(view.revision)))
}
