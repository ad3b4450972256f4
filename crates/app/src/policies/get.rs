//! Looking at one policy.

use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::permissions::POLICIES_READ;

use super::view::PolicyView;
use crate::{AppError, Op};

/// One policy of an organization.
#[tracing::instrument(name = "policies.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: PolicyId) -> Result<PolicyView, AppError> {
    let reader = op.read(POLICIES_READ, organization).await?;
    let found = reader.policies().get(id).await?.ok_or_else(AppError::not_found)?;
    let shadows = reader.policies().shadows().await?;
    Ok(PolicyView::new(found, shadows.get(&id)))
}
