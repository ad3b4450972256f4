//! `GET {O}/permissions/{permission}`

use polity_app::permissions::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{PermissionBody, PermissionPath};

/// Get a permission
///
/// One of Polity's own or a registered one.
#[utoipa::path(get, path = "/organizations/{organization_id}/permissions/{permission}",
    operation_id = "get_permission", tag = "Permissions", params(PermissionPath),
    responses((status = 200, description = "The permission", body = PermissionBody), Problems))]
pub async fn get_permission(
    Caller(op): Caller,
    At(at): At<PermissionPath>,
) -> Result<Resource<PermissionBody>, Problem> {
    let view = get(&op, at.organization_id, &at.permission).await?;
    Ok(Resource::new(PermissionBody::new(at.organization_id, view)))
}
