//! Reading an organization's preferences.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::PREFERENCES_READ;
use polity_domain::preferences::Preferences;

use crate::{AppError, Op};

/// An organization's preferences, with the revision of their last change; 0: they were never changed.
#[tracing::instrument(name = "preferences.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId) -> Result<(Preferences, i64), AppError> {
    let reader = op.read(PREFERENCES_READ, organization).await?;
    Ok(reader.preferences().await?)
}
