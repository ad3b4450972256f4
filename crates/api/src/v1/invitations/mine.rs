//! `GET /api/v1/me/invitations`

use axum::Json;
use polity_app::invitations::mine;
use polity_web::{Caller, Problem, Problems};

use super::bodies::{InvitationBody, InvitationList};

/// List my invitations
///
/// The open invitations for the caller's proven address, newest first, at most 1000.
#[utoipa::path(get, path = "/me/invitations", operation_id = "list_my_invitations", tag = "Invitations",
    responses((status = 200, description = "The caller's open invitations", body = InvitationList), Problems))]
pub async fn list_my_invitations(Caller(op): Caller) -> Result<Json<InvitationList>, Problem> {
    let invitations = mine(&op).await?;
    let invitations = invitations.iter().map(InvitationBody::from).collect();
    Ok(Json(InvitationList { invitations, next_page_token: None, total_size: None }))
}
