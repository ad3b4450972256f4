//! Whether an organization takes one more child.

use polity_domain::ids::OrganizationId;
use polity_domain::limits::Limited;
use polity_store::Writer;

use crate::AppError;
use crate::limits::room;
use crate::settings::{policy, refused_by_settings};

/// Whether `parent`, which stands in the unit's trees, takes one more child: one that is made, moved there
/// or restored.
///
/// # Errors
/// 409 `refused_by_settings` and `limit_exceeded`.
pub(super) async fn check_takes_child(unit: &Writer, parent: OrganizationId) -> Result<(), AppError> {
    if !policy(unit, parent).await?.children_allowed() {
        return Err(refused_by_settings("The settings allow no children below this organization."));
    }
    room(unit, parent, Limited::Children).await?.take()
}
