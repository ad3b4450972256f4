//! `POST /api/v1/auth/refresh`

use axum::Json;
use garde::Validate;
use polity_app::identity;
use polity_web::{Body, Caller, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::SessionBody;

/// The refresh token of a session.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RefreshBody {
    /// The token that the last answer gave
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_rt_…")]
    refresh_token: String,
}

/// Refresh a session
///
/// The refresh token is used up. One that comes back was copied: its whole session ends.
#[utoipa::path(post, path = "/auth/refresh", operation_id = "refresh_session", tag = "Identity", security(),
    request_body = RefreshBody, responses((status = 200, description = "The next pair", body = SessionBody), Problems))]
pub async fn refresh_session(
    Caller(op): Caller,
    Body(body): Body<RefreshBody>,
) -> Result<Json<SessionBody>, Problem> {
    Ok(Json(identity::refresh(&op, &body.refresh_token).await?.into()))
}
