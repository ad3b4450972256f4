//! `GET {O}/invite-links/{invite_link_id}`

use polity_app::etag;
use polity_app::invite_links::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{InviteLinkBody, InviteLinkPath};

/// Get an invite link
///
/// With where it stands now and how often it was used; its token is shown no more.
#[utoipa::path(get, path = "/organizations/{organization_id}/invite-links/{invite_link_id}",
    operation_id = "get_invite_link", tag = "Invite links", params(InviteLinkPath),
    responses((status = 200, description = "The link", body = InviteLinkBody), Problems))]
pub async fn get_invite_link(
    Caller(op): Caller,
    At(at): At<InviteLinkPath>,
) -> Result<Resource<InviteLinkBody>, Problem> {
    let view = get(&op, at.organization_id, at.invite_link_id).await?;
    Ok(Resource::new(InviteLinkBody::from(&view)).etag(etag(view.revision)))
}
