//! Looking at one grant.

use polity_domain::ids::{OrganizationId, SupportAccessGrantId};
use polity_domain::permissions::SUPPORT_ACCESS_GRANTS_READ;

use super::SupportAccessGrantView;
use crate::{AppError, Op};

/// One support access grant of an organization.
///
/// # Errors
/// 404 for one of another organization.
#[tracing::instrument(name = "support_access_grants.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: SupportAccessGrantId,
) -> Result<SupportAccessGrantView, AppError> {
    let reader = op.read(SUPPORT_ACCESS_GRANTS_READ, organization).await?;
    let found = reader.support_access_grants().get(id).await?.ok_or_else(AppError::not_found)?;
    Ok(SupportAccessGrantView::new(found, op.now()))
}
