//! `GET /api/v1/auth/me`

use polity_app::identity;
use polity_web::{Caller, Problem, Problems, Resource};

use super::bodies::UserBody;

/// Get my account
///
/// The signed-in person's own; a key has none.
#[utoipa::path(get, path = "/auth/me", operation_id = "get_me", tag = "Identity",
    responses((status = 200, description = "The caller's own account", body = UserBody), Problems))]
pub async fn get_me(Caller(op): Caller) -> Result<Resource<UserBody>, Problem> {
    Ok(Resource::new(identity::me(&op).await?.into()))
}
