//! `GET {O}/preferences`

use polity_app::preferences::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::PreferencesBody;
use crate::v1::common::OrganizationPath;

/// Get an organization's preferences
///
/// They are the organization's own and are not inherited.
#[utoipa::path(get, path = "/organizations/{organization_id}/preferences",
    operation_id = "get_organization_preferences", tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The preferences", body = PreferencesBody), Problems))]
pub async fn get_organization_preferences(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<PreferencesBody>, Problem> {
    Ok(PreferencesBody::resource(get(&op, at.organization_id).await?))
}
