//! `DELETE {O}/invitations/{invitation_id}`

use polity_app::invitations::revoke;
use polity_web::{At, Caller, IfMatch, NoContent, Problem, Problems};

use super::bodies::InvitationPath;

/// Take an invitation back
///
/// Its token is worthless from then on; the invitation stays, as `REVOKED`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/invitations/{invitation_id}",
    operation_id = "delete_invitation", tag = "Invitations", params(InvitationPath),
    responses((status = 204, description = "It is revoked"), Problems))]
pub async fn delete_invitation(
    Caller(op): Caller,
    At(at): At<InvitationPath>,
    IfMatch(if_match): IfMatch,
) -> Result<NoContent, Problem> {
    revoke(&op, at.organization_id, at.invitation_id, &if_match).await?;
    Ok(NoContent)
}
