//! Stopping an organization.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::ORGANIZATIONS_SUSPEND;
use polity_domain::text::check_line;

use super::above::write_above;
use super::view::{OrganizationView, conclude};
use crate::preview::{Judged, judge};
use crate::{AppError, Op, Outcome};

/// Characters of a reason.
const MAX_REASON: usize = 500;

/// Stops an organization and all below it at once: its keys, its members' access and its identity
/// providers. Its people keep their other organizations. It is the parent's to do; a tenant is suspended
/// by those who may do it on the root.
///
/// # Errors
/// 400 without a reason; 409 `wrong_state` when it is not active, `root_organization` for the root.
#[tracing::instrument(name = "organizations.suspend", skip_all, fields(%organization))]
pub async fn suspend(
    op: &Op,
    organization: OrganizationId,
    reason: String,
    validate_only: bool,
) -> Result<Outcome<OrganizationView>, AppError> {
    check_line(&reason, MAX_REASON)
        .map_err(|error| AppError::invalid("/reason", "invalid_value", error.to_string()))?;
    let unit = write_above(op, ORGANIZATIONS_SUSPEND, organization).await?;
    let (before, _) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    let after = before.suspend(reason, op.now())?;
    let change = Change::OrganizationSuspended(Changed { before, after: after.clone() });
    match judge(unit, change, validate_only, &[organization]).await? {
        Judged::Preview(preview) => Ok(Outcome::Preview(preview)),
        Judged::Ready(recorded) => Ok(Outcome::Done(conclude(op, *recorded, after, None).await?)),
    }
}
