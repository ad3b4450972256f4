//! `POST {O}/undelete`

use polity_app::organizations::undelete;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::OrganizationBody;
use crate::v1::common::OrganizationPath;

/// Restore a deleted organization
///
/// A child is restored by those who may delete its parent, a tenant by a person who could delete it while it
/// lived. What was deleted below it is restored by itself, parents first; what was suspended is suspended
/// again. After `purge_time` there is nothing to restore.
#[utoipa::path(post, path = "/organizations/{organization_id}/undelete", operation_id = "undelete_organization",
    tag = "Organizations", params(OrganizationPath),
    responses((status = 200, description = "The organization, as it was", body = OrganizationBody), Problems))]
pub async fn undelete_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
) -> Result<Resource<OrganizationBody>, Problem> {
    let view = undelete(&op, at.organization_id).await?;
    Ok(OrganizationBody::resource(view))
}
