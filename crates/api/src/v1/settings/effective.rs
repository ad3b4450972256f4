//! `GET {O}/settings/effective`

use polity_app::settings::effective;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::EffectiveSettingsBody;
use crate::v1::common::OrganizationPath;

/// Get the settings that count in an organization
///
/// Every key, with the value that is obeyed: the topmost that is enforced, else the nearest that is set.
/// Settings come down by edges with `inherits_settings`; those of the root reach every organization.
#[utoipa::path(get, path = "/organizations/{organization_id}/settings/effective",
    operation_id = "get_effective_organization_settings", tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "What counts", body = EffectiveSettingsBody), Problems))]
pub async fn get_effective_organization_settings(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<EffectiveSettingsBody>, Problem> {
    let settings = effective(&op, at.organization_id).await?;
    Ok(Resource::new(EffectiveSettingsBody::new(at.organization_id, settings)))
}
