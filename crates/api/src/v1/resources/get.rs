//! `GET {O}/resources/{resource_type}/{resource_id}`

use polity_app::resources::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{RegisteredResourceBody, ResourcePath};

/// Get a registered resource
///
/// What of an application's resources stands below what. One that is not registered is 404, whatever the application
/// has.
#[utoipa::path(get, path = "/organizations/{organization_id}/resources/{resource_type}/{resource_id}",
    operation_id = "get_resource", tag = "Resources", params(ResourcePath),
    responses((status = 200, description = "The resource", body = RegisteredResourceBody), Problems))]
pub async fn get_resource(
    Caller(op): Caller,
    At(at): At<ResourcePath>,
) -> Result<Resource<RegisteredResourceBody>, Problem> {
    let (organization, resource) = at.resource();
    Ok(RegisteredResourceBody::resource(&get(&op, organization, &resource).await?))
}
