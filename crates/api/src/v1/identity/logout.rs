//! `POST /api/v1/auth/logout`

use polity_app::identity;
use polity_web::{Caller, NoContent, Problem, Problems};

/// Sign out
///
/// Ends the session on the server: its tokens are refused from the next request on.
#[utoipa::path(post, path = "/auth/logout", operation_id = "logout", tag = "Identity",
    responses((status = 204, description = "Signed out"), Problems))]
pub async fn logout(Caller(op): Caller) -> Result<NoContent, Problem> {
    identity::logout(&op).await?;
    Ok(NoContent)
}
