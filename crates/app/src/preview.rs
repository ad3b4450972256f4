//! Previews (`validate_only`): the real run, looked at before its end and rolled back.

use std::sync::atomic::Ordering;

use polity_domain::access::Difference;
use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::ledger::event::Change;
use polity_store::{Recorded, Writer};

use crate::AppError;

/// What a use case that can be previewed gives.
#[derive(Debug, Clone)]
pub enum Outcome<T> {
    /// It was done.
    Done(T),
    /// Nothing was done; this is what would happen.
    Preview(Preview),
}

/// What a change would do.
#[derive(Debug, Clone, Default)]
pub struct Preview {
    /// Who would gain or lose which permission where.
    pub difference: Difference,
    /// How many sessions would end.
    pub sessions_ended: u64,
    /// The keys that could be used no longer.
    pub keys_ended: Vec<ApiKeyId>,
    /// How many memberships would count no longer.
    pub seats_freed: u64,
    /// The organizations that would be left without an owner: the real run is refused with 409
    /// `last_owner` when there is one.
    pub ownerless: Vec<OrganizationId>,
}

/// A unit whose last change was judged.
pub(crate) enum Judged {
    /// It can be committed.
    Ready(Box<Recorded>),
    /// It was to be a preview only.
    Preview(Preview),
}

/// Records a unit's last change and judges the whole. `organizations` are those that the unit changes; all
/// below them are looked at as well.
///
/// # Errors
/// 409 `role_left_behind` when a role that is held there belongs to an organization whose say does not
/// reach there any more; 409 `last_owner` when the unit leaves an organization without an owner and is
/// not a preview.
pub(crate) async fn judge(
    unit: Writer,
    change: Change,
    validate_only: bool,
    organizations: &[OrganizationId],
) -> Result<Judged, AppError> {
    judge_recorded(unit.seal(change).await?, validate_only, organizations)
}

/// The same of a unit whose changes are recorded.
fn judge_recorded(
    recorded: Recorded,
    validate_only: bool,
    organizations: &[OrganizationId],
) -> Result<Judged, AppError> {
    let unit = recorded.unit();
    let left_behind: Vec<_> = unit.roles_left_behind(organizations).into_iter().collect();
    if !left_behind.is_empty() {
        let roles = left_behind.join(", ");
        let detail = format!(
            "These roles belong to organizations above and are held here; withdraw them first: {roles}."
        );
        return Err(AppError::conflict("role_left_behind", detail));
    }
    let ownerless = unit.newly_ownerless(organizations);
    if validate_only {
        looked_at(unit);
        return Ok(Judged::Preview(Preview {
            difference: unit.difference(organizations),
            // Sessions are the person's, beyond any organization: no change of rights ends one.
            sessions_ended: 0,
            keys_ended: unit.keys_ended(organizations),
            seats_freed: unit.seats_freed(organizations),
            ownerless,
        }));
    }
    if let Some(first) = ownerless.first() {
        let detail = format!(
            "The organization {first} would be left without an owner; make somebody else owner first."
        );
        return Err(AppError::conflict("last_owner", detail));
    }
    Ok(Judged::Ready(Box::new(recorded)))
}

/// Says that a unit is a preview: it uses no permission.
pub(crate) fn looked_at(unit: &Writer) {
    unit.context().previewed.store(true, Ordering::Relaxed);
}

/// Ends a unit with its last change, or shows what it would do and drops it.
///
/// # Errors
/// Those of judging it: 409 `role_left_behind` and `last_owner`.
pub async fn finish(
    unit: Writer,
    change: Change,
    validate_only: bool,
    organizations: &[OrganizationId],
) -> Result<Option<Preview>, AppError> {
    finish_recorded(unit.seal(change).await?, validate_only, organizations).await
}

/// Ends a unit whose changes are recorded, or shows what they would do and drops it.
///
/// # Errors
/// Those of judging it: 409 `role_left_behind` and `last_owner`.
pub(crate) async fn finish_recorded(
    recorded: Recorded,
    validate_only: bool,
    organizations: &[OrganizationId],
) -> Result<Option<Preview>, AppError> {
    match judge_recorded(recorded, validate_only, organizations)? {
        Judged::Preview(preview) => Ok(Some(preview)),
        Judged::Ready(recorded) => {
            recorded.commit().await?;
            Ok(None)
        }
    }
}
