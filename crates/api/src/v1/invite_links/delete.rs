//! `DELETE {O}/invite-links/{invite_link_id}`

use polity_app::invite_links::revoke;
use polity_web::{At, Caller, IfMatch, NoContent, Problem, Problems};

use super::bodies::InviteLinkPath;

/// Take an invite link back
///
/// Nobody joins by it from then on. The link stays, as `REVOKED`, and so do those who have joined.
#[utoipa::path(delete, path = "/organizations/{organization_id}/invite-links/{invite_link_id}",
    operation_id = "delete_invite_link", tag = "Invite links", params(InviteLinkPath),
    responses((status = 204, description = "It is revoked"), Problems))]
pub async fn delete_invite_link(
    Caller(op): Caller,
    At(at): At<InviteLinkPath>,
    IfMatch(if_match): IfMatch,
) -> Result<NoContent, Problem> {
    revoke(&op, at.organization_id, at.invite_link_id, &if_match).await?;
    Ok(NoContent)
}
