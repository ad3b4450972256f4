//! `POST /api/v1/auth/bootstrap`

use axum::Json;
use garde::Validate;
use polity_app::identity::{self, FirstAdministrator};
use polity_app::passwords::Password;
use polity_domain::email::Email;
use polity_web::{Body, Caller, Problem, PublicProblems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::SessionBody;
use super::register::a_name;

/// Who is to be the first administrator.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BootstrapBody {
    /// The token that the server printed when it started
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_boot_…")]
    token: String,
    /// The address to sign in with
    #[garde(skip)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "root@example.com")]
    email: Email,
    /// The password
    #[garde(skip)]
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    password: String,
    /// What others call them
    #[garde(custom(a_name))]
    #[schema(min_length = 1, max_length = 120, example = "Grace Hopper")]
    display_name: String,
}

/// Make the first administrator
///
/// By the token that the server printed when it started. It is worthless once there is one.
#[utoipa::path(post, path = "/auth/bootstrap", operation_id = "bootstrap", tag = "Identity", security(),
    request_body = BootstrapBody,
    responses((status = 200, description = "Signed in as the first administrator", body = SessionBody), PublicProblems))]
pub async fn bootstrap(
    Caller(op): Caller,
    Body(body): Body<BootstrapBody>,
) -> Result<Json<SessionBody>, Problem> {
    let password = Password::parse(body.password).map_err(|problem| problem.at("/password"))?;
    let first = FirstAdministrator { email: body.email, display_name: body.display_name, password };
    Ok(Json(identity::bootstrap(&op, &body.token, first).await?.into()))
}
