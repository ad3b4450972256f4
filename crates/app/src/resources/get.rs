//! Looking at one registered resource.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::RESOURCES_READ;
use polity_domain::roles::ResourceRef;

use super::ResourceView;
use crate::{AppError, Op};

/// One registered resource of an organization.
///
/// # Errors
/// 404 for one that is not registered in the organization.
#[tracing::instrument(name = "resources.get", skip_all, fields(%organization))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    resource: &ResourceRef,
) -> Result<ResourceView, AppError> {
    let reader = op.read(RESOURCES_READ, organization).await?;
    reader.resources().get(resource).await?.ok_or_else(AppError::not_found)
}
