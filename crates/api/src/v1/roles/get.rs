//! `GET {O}/roles/{role_id}`

use polity_app::roles::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{RoleBody, RolePath, resource};

/// Get a role
///
/// Built in, the organization's own, or inherited from above.
#[utoipa::path(get, path = "/organizations/{organization_id}/roles/{role_id}", operation_id = "get_role",
    tag = "Roles", params(RolePath), responses((status = 200, description = "The role", body = RoleBody), Problems))]
pub async fn get_role(Caller(op): Caller, At(at): At<RolePath>) -> Result<Resource<RoleBody>, Problem> {
    Ok(resource(at.organization_id, get(&op, at.organization_id, at.role_id).await?))
}
