//! `GET {O}/settings`

use polity_app::settings::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::SettingsBody;
use crate::v1::common::OrganizationPath;

/// Get what an organization has set itself
///
/// What counts there, with what is inherited, is at `settings/effective`.
#[utoipa::path(get, path = "/organizations/{organization_id}/settings",
    operation_id = "get_organization_settings", tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "What it has set", body = SettingsBody), Problems))]
pub async fn get_organization_settings(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<SettingsBody>, Problem> {
    Ok(SettingsBody::resource(get(&op, at.organization_id).await?))
}
