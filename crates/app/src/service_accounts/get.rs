//! Looking at one service account.

use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::permissions::SERVICE_ACCOUNTS_READ;

use super::ServiceAccountView;
use crate::{AppError, Op};

/// One service account of an organization.
///
/// # Errors
/// 404 for one of another organization.
#[tracing::instrument(name = "service_accounts.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: ServiceAccountId,
) -> Result<ServiceAccountView, AppError> {
    let reader = op.read(SERVICE_ACCOUNTS_READ, organization).await?;
    reader.service_accounts().get(id).await?.ok_or_else(AppError::not_found)
}
