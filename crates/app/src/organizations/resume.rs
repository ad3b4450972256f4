//! Letting a suspended organization live again.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::ORGANIZATIONS_SUSPEND;

use super::above::write_above;
use super::view::{OrganizationView, conclude};
use crate::{AppError, Op};

/// Lets a suspended organization live again, with everything that stood still in it. It is judged where
/// suspending is.
///
/// # Errors
/// 409 `wrong_state` when it is not suspended.
#[tracing::instrument(name = "organizations.resume", skip_all, fields(%organization))]
pub async fn resume(op: &Op, organization: OrganizationId) -> Result<OrganizationView, AppError> {
    let unit = write_above(op, ORGANIZATIONS_SUSPEND, organization).await?;
    let (before, _) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    let after = before.resume(op.now())?;
    let recorded = unit.seal(Change::OrganizationResumed(Changed { before, after: after.clone() })).await?;
    conclude(op, recorded, after, None).await
}
