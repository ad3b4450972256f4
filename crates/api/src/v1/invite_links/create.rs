//! `POST {O}/invite-links`

use polity_app::etag;
use polity_app::invite_links::create;
use polity_web::{At, Body, Caller, Created, Problem, Problems};

use super::bodies::{InviteLinkBody, NewInviteLinkBody};
use crate::v1::common::OrganizationPath;

/// Make an invite link
///
/// The answer holds its token in `secret` and where it leads in `url`, for the only time. Whoever has them joins, as
/// often as `max_uses` says. Nobody can offer a role with more permissions than they hold, and the link is worth
/// what its maker could grant whenever it is used.
#[utoipa::path(post, path = "/organizations/{organization_id}/invite-links", operation_id = "create_invite_link",
    tag = "Invite links", params(OrganizationPath), request_body = NewInviteLinkBody,
    responses((status = 201, description = "The link, with its secret", body = InviteLinkBody), Problems))]
pub async fn create_invite_link(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewInviteLinkBody>,
) -> Result<Created<InviteLinkBody>, Problem> {
    let made = create(&op, at.organization_id, body.into()).await?;
    let tag = etag(made.view.revision);
    let body = InviteLinkBody::from(made);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
