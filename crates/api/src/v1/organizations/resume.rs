//! `POST {O}/resume`

use polity_app::organizations::resume;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::OrganizationBody;
use crate::v1::common::OrganizationPath;

/// Resume a suspended organization
///
/// It is judged where suspending is.
#[utoipa::path(post, path = "/organizations/{organization_id}/resume", operation_id = "resume_organization",
    tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The organization, alive again", body = OrganizationBody), Problems))]
pub async fn resume_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<OrganizationBody>, Problem> {
    let view = resume(&op, at.organization_id).await?;
    Ok(OrganizationBody::resource(view))
}
