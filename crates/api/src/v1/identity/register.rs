//! `POST /api/v1/auth/register`

use axum::Json;
use axum::http::StatusCode;
use garde::Validate;
use polity_app::identity::{self, Registration};
use polity_app::passwords::Password;
use polity_domain::email::Email;
use polity_web::{Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::SessionBody;

/// Who registers.
#[derive(Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RegisterBody {
    /// The address to sign in with
    #[garde(skip)]
    #[schema(value_type = String, format = Email, max_length = 254, example = "ada@example.com")]
    email: Email,
    /// The password; length is what makes it good
    #[garde(skip)]
    #[schema(min_length = 8, max_length = 1024, format = Password)]
    password: String,
    /// What others call them
    #[garde(custom(a_name))]
    #[schema(min_length = 1, max_length = 120, example = "Ada Lovelace")]
    display_name: String,
    /// The token of an invitation's mail: it proves the address, and signs in at once
    #[serde(default)]
    #[garde(length(bytes, max = 200))]
    #[schema(max_length = 200, example = "pol_inv_…")]
    invitation_token: Option<String>,
}

pub(super) fn a_name(text: &str, _: &()) -> garde::Result {
    polity_domain::text::Title::parse(text).map(|_| ()).map_err(garde::Error::new)
}

/// What comes next.
#[derive(Serialize, ToSchema)]
pub struct RegisteredBody {
    /// Whether a link was mailed that must be followed first
    email_verification_required: bool,
    /// The session, if the address was proven already by an invitation
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<SessionBody>,
}

/// Register
///
/// A link is mailed to the address; following it (`POST /api/v1/auth/email/verify`) makes the
/// account. The answer is the same whether the address has an account or not.
#[utoipa::path(post, path = "/auth/register", operation_id = "register", tag = "Identity", security(),
    request_body = RegisterBody,
    responses((status = 201, description = "What comes next", body = RegisteredBody), Problems))]
pub async fn register(
    Caller(op): Caller,
    Body(body): Body<RegisterBody>,
) -> Result<(StatusCode, Json<RegisteredBody>), Problem> {
    let password = Password::parse(body.password).map_err(|problem| problem.at("/password"))?;
    let registration = Registration {
        email: body.email,
        display_name: body.display_name,
        password,
        invitation_token: body.invitation_token,
    };
    let session = identity::register(&op, registration).await?.map(SessionBody::from);
    let body = RegisteredBody { email_verification_required: session.is_none(), session };
    Ok((StatusCode::CREATED, Json(body)))
}
