//! Taking an old version up again.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::CUSTOMIZATIONS_UPDATE;
use polity_domain::settings::chain;

use super::change::{conclude, draft};
use super::view::CustomizationsView;
use crate::{AppError, Op};

/// Makes a new version of what an old one says.
///
/// # Errors
/// 404 for a version that there is not, or that is kept no longer; 409 `setting_enforced` for a part that
/// somebody above enforces by now.
#[tracing::instrument(name = "customizations.rollback", skip_all, fields(%organization, version))]
pub async fn rollback(
    op: &Op,
    organization: OrganizationId,
    version: u32,
) -> Result<CustomizationsView, AppError> {
    let unit = op.write(CUSTOMIZATIONS_UPDATE, organization).await?;
    let old = unit.customizations().get(version).await?.ok_or_else(AppError::not_found)?;
    let before = unit.customizations().current().await?;
    let chain = chain(unit.customizations().lineage().await?);
    let draft = draft(op, chain, &before.0, old.content, Some(version))?;
    conclude(op, unit, before, draft).await
}
