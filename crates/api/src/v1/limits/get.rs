//! `GET {O}/limits`

use polity_app::limits::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::LimitsBody;
use crate::v1::common::OrganizationPath;

/// Get an organization's limits
///
/// With how much of each is used. Those who may see the limits of the parent see them as well. The tag is
/// that of what is set: `used` changes without it.
#[utoipa::path(get, path = "/organizations/{organization_id}/limits", operation_id = "get_organization_limits",
    tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The limits", body = LimitsBody), Problems))]
pub async fn get_organization_limits(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<LimitsBody>, Problem> {
    Ok(LimitsBody::resource(&get(&op, at.organization_id).await?))
}
