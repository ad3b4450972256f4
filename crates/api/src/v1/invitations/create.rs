//! `POST {O}/invitations`

use polity_app::etag;
use polity_app::invitations::create;
use polity_web::{At, Body, Caller, Created, Problem, Problems};

use super::bodies::{InvitationBody, NewInvitationBody};
use crate::v1::common::OrganizationPath;

/// Invite somebody
///
/// The mail leaves when the invitation is committed. Nobody can offer a role with more permissions
/// than they hold.
#[utoipa::path(post, path = "/organizations/{organization_id}/invitations", operation_id = "create_invitation",
    tag = "Invitations", params(OrganizationPath), request_body = NewInvitationBody,
    responses((status = 201, description = "The invitation", body = InvitationBody), Problems))]
pub async fn create_invitation(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewInvitationBody>,
) -> Result<Created<InvitationBody>, Problem> {
    let view = create(&op, at.organization_id, body.into()).await?;
    let body = InvitationBody::from(&view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(etag(view.revision)))
}
