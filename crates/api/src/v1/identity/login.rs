//! `POST /api/v1/auth/login`

use axum::Json;
use garde::Validate;
use polity_app::identity;
use polity_app::passwords::Password;
use polity_domain::email::Email;
use polity_web::{Body, Caller, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::SessionBody;

/// Who signs in.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    /// The address
    #[garde(skip)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "ada@example.com")]
    email: Email,
    /// The password
    #[garde(skip)]
    #[schema(min_length = 1, max_length = 1024, format = Password)]
    password: String,
}

/// Sign in
///
/// 401 `invalid_credentials` does not tell whether the address or the password is wrong; 403
/// `email_verification_required` for a registration whose link was not followed yet.
#[utoipa::path(post, path = "/auth/login", operation_id = "login", tag = "Identity", security(),
    request_body = LoginBody, responses((status = 200, description = "Signed in", body = SessionBody), Problems))]
pub async fn login(Caller(op): Caller, Body(body): Body<LoginBody>) -> Result<Json<SessionBody>, Problem> {
    let password = Password::parse(body.password).map_err(|problem| problem.at("/password"))?;
    Ok(Json(identity::login(&op, &body.email, &password).await?.into()))
}
