//! `GET {O}/customizations`

use polity_app::customizations::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::CustomizationsBody;
use crate::v1::common::OrganizationPath;

/// Get how an organization looks and what its mail says
///
/// What it says itself, and in `effective` what counts, with what is inherited. The tag is that of what it
/// says itself.
#[utoipa::path(get, path = "/organizations/{organization_id}/customizations",
    operation_id = "get_organization_customizations", tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The current version", body = CustomizationsBody), Problems))]
pub async fn get_organization_customizations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<CustomizationsBody>, Problem> {
    Ok(CustomizationsBody::resource(get(&op, at.organization_id).await?))
}
