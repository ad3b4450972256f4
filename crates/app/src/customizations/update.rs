//! Changing customizations.

use polity_domain::customizations::Content;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::CUSTOMIZATIONS_UPDATE;
use polity_domain::settings::chain;

use super::change::{checked, conclude, draft};
use super::view::CustomizationsView;
use crate::if_match::document_etag;
use crate::{AppError, IfMatch, Op};

/// Replaces what an organization says of how it looks, whole: a new version.
///
/// # Errors
/// 400 for what is not accepted; 409 `setting_enforced` for a part that somebody above enforces; 412.
#[tracing::instrument(name = "customizations.update", skip_all, fields(%organization))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    content: Content,
    if_match: &IfMatch,
) -> Result<CustomizationsView, AppError> {
    let content = checked(content)?;
    let unit = op.write(CUSTOMIZATIONS_UPDATE, organization).await?;
    let before = unit.customizations().current().await?;
    if_match.check_tag(&document_etag(before.1))?;
    let chain = chain(unit.customizations().lineage().await?);
    let draft = draft(op, chain, &before.0, content, None)?;
    conclude(op, unit, before, draft).await
}
