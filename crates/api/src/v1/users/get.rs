//! `GET {O}/users/{user_id}`

use polity_app::users::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{BasicUserBody, UserPath};

/// Get a user's basic info
///
/// As source document 004 has it. What they are in the organization tells `members`.
#[utoipa::path(get, path = "/organizations/{organization_id}/users/{user_id}", operation_id = "get_user",
    tag = "Users", params(UserPath),
    responses((status = 200, description = "The user", body = BasicUserBody), Problems))]
pub async fn get_user(Caller(op): Caller, At(at): At<UserPath>) -> Result<Resource<BasicUserBody>, Problem> {
    let user = get(&op, at.organization_id, at.user_id).await?;
    Ok(Resource::new(BasicUserBody::new(at.organization_id, &user)))
}
