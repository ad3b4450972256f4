//! `GET {O}/members/{user_id}`

use polity_app::members::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{MemberBody, MemberPath, resource};

/// Get a member
///
/// With the roles they hold there, direct and inherited, and where each comes from.
#[utoipa::path(get, path = "/organizations/{organization_id}/members/{user_id}", operation_id = "get_member",
    tag = "Members", params(MemberPath),
    responses((status = 200, description = "The member", body = MemberBody), Problems))]
pub async fn get_member(Caller(op): Caller, At(at): At<MemberPath>) -> Result<Resource<MemberBody>, Problem> {
    Ok(resource(get(&op, at.organization_id, at.user_id).await?))
}
