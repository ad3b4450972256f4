//! Whether there is room for one more: asked in the transaction that makes it, under its tree's lock.

use polity_domain::ids::OrganizationId;
use polity_domain::limits::{Limited, effective};
use polity_store::Writer;

use crate::AppError;

/// How many more there may be.
pub(crate) struct Room {
    limited: Limited,
    limit: Option<u64>,
    used: u64,
}

/// The room for something in an organization of the unit's trees. Nothing is counted where no limit was
/// set.
pub(crate) async fn room(
    unit: &Writer,
    organization: OrganizationId,
    limited: Limited,
) -> Result<Room, AppError> {
    let limits = unit.limits_of(organization);
    let limit = effective(&limits.line().await?, limited).map(|(limit, _)| limit);
    let used = if limit.is_some() { limits.used(limited, unit.now()).await? } else { 0 };
    Ok(Room { limited, limit, used })
}

impl Room {
    /// Takes the place of one more.
    ///
    /// # Errors
    /// 409 `limit_exceeded` when there is none.
    pub fn take(&mut self) -> Result<(), AppError> {
        match self.limit {
            Some(limit) if self.used >= limit => {
                let what = self.limited.as_str();
                let detail = format!("The organization's limit is reached: {what}, at most {limit}.");
                Err(AppError::conflict("limit_exceeded", detail))
            }
            _ => {
                self.used += 1;
                Ok(())
            }
        }
    }
}
