//! `POST {O}/customizations/versions/{version}/rollback`

use polity_app::customizations::rollback;
use polity_domain::ids::OrganizationId;
use polity_web::{At, Caller, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::CustomizationsBody;

/// The path of a version.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct VersionPath {
    /// The organization's id; `root` is the instance itself
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The version's number
    #[param(example = 3)]
    pub version: u32,
}

/// Take an old version of the customizations up again
///
/// Makes a new version that says what the old one says; 404 when it is kept no longer.
#[utoipa::path(post, path = "/organizations/{organization_id}/customizations/versions/{version}/rollback",
    operation_id = "rollback_organization_customizations", tag = "Organizations", params(VersionPath),
    responses((status = 200, description = "The new version", body = CustomizationsBody), Problems))]
pub async fn rollback_organization_customizations(
    Caller(op): Caller,
    At(at): At<VersionPath>,
) -> Result<Resource<CustomizationsBody>, Problem> {
    Ok(CustomizationsBody::resource(rollback(&op, at.organization_id, at.version).await?))
}
