//! Reading what an organization has set itself.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::SETTINGS_READ;
use polity_domain::settings::OrganizationSettings;

use crate::{AppError, Op};

/// What an organization has set itself, with the revision of its last change; 0: it never set any.
#[tracing::instrument(name = "settings.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId) -> Result<(OrganizationSettings, i64), AppError> {
    let reader = op.read(SETTINGS_READ, organization).await?;
    Ok(reader.settings().own().await?)
}
