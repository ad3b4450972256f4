//! `GET {O}/invitations/{invitation_id}`

use polity_app::etag;
use polity_app::invitations::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{InvitationBody, InvitationPath};

/// Get an invitation
///
/// With where it stands now and what became of its last mail.
#[utoipa::path(get, path = "/organizations/{organization_id}/invitations/{invitation_id}",
    operation_id = "get_invitation", tag = "Invitations", params(InvitationPath),
    responses((status = 200, description = "The invitation", body = InvitationBody), Problems))]
pub async fn get_invitation(
    Caller(op): Caller,
    At(at): At<InvitationPath>,
) -> Result<Resource<InvitationBody>, Problem> {
    let view = get(&op, at.organization_id, at.invitation_id).await?;
    Ok(Resource::new(InvitationBody::from(&view)).etag(etag(view.revision)))
}
