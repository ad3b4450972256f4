//! `POST /api/v1/auth/email/verify`

use axum::Json;
use garde::Validate;
use polity_app::identity;
use polity_web::{Body, Caller, Problem, PublicProblems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::SessionBody;

/// The proof of an address.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmailBody {
    /// The token of the mail
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_reg_…")]
    token: String,
}

/// Prove an e-mail address
///
/// Makes the account that was registered for it, and signs it in.
#[utoipa::path(post, path = "/auth/email/verify", operation_id = "verify_email", tag = "Identity", security(),
    request_body = VerifyEmailBody,
    responses((status = 200, description = "Signed in", body = SessionBody), PublicProblems))]
pub async fn verify_email(
    Caller(op): Caller,
    Body(body): Body<VerifyEmailBody>,
) -> Result<Json<SessionBody>, Problem> {
    Ok(Json(identity::verify_email(&op, &body.token).await?.into()))
}
