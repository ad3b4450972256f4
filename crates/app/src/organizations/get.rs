//! Looking at one organization.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ORGANIZATIONS_READ;
use polity_domain::settings::chain;

use super::view::{OrganizationView, logo, view};
use crate::{AppError, Op};

/// One organization.
///
/// # Errors
/// 404 when the caller may not know of it; 403 `organization_suspended` for those who have a part in it.
#[tracing::instrument(name = "organizations.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId) -> Result<OrganizationView, AppError> {
    let reader = op.read(ORGANIZATIONS_READ, organization).await?;
    let (found, revision) = reader.organizations().own().await?.ok_or_else(AppError::not_found)?;
    let logo_data_uri = logo(&chain(reader.customizations().lineage().await?));
    Ok(OrganizationView { logo_data_uri, ..view(op, found, revision).await? })
}
