//! `GET {O}`

use polity_app::organizations::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::OrganizationBody;
use crate::v1::common::OrganizationPath;

/// Get an organization
///
/// Its first owner shows to those who may see its members.
#[utoipa::path(get, path = "/organizations/{organization_id}", operation_id = "get_organization",
    tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The organization", body = OrganizationBody), Problems))]
pub async fn get_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<OrganizationBody>, Problem> {
    let view = get(&op, at.organization_id).await?;
    Ok(OrganizationBody::resource(view))
}
