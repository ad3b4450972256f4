//! A new version: of new content, or of an old version's.

use polity_domain::customizations::{Content, Customizations, effective, enforced_parts};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::settings::{Level, chain};
use polity_store::Writer;

use super::view::{CustomizationsView, show};
use crate::{AppError, Op};

/// Content in its one form.
///
/// # Errors
/// 400 with the place of the first thing that is wrong.
pub(super) fn checked(content: Content) -> Result<Content, AppError> {
    content.checked().map_err(|(field, error)| AppError::invalid(field, "invalid_value", error.to_string()))
}

/// What reaches an organization once it says `content` itself.
pub(super) fn chain_with(
    organization: OrganizationId,
    lineage: Vec<Level<Content>>,
    content: &Content,
) -> Vec<(OrganizationId, Content)> {
    let mut chain = chain(lineage);
    for (_, own) in chain.iter_mut().filter(|(source, _)| *source == organization) {
        own.clone_from(content);
    }
    chain
}

/// None of the parts that are said anew is enforced above.
///
/// # Errors
/// 409 `setting_enforced`.
pub(super) fn check_enforced(
    chain: &[(OrganizationId, Content)],
    organization: OrganizationId,
    before: &Content,
    content: &Content,
) -> Result<(), AppError> {
    let parts = enforced_parts(chain, organization, before, content);
    if parts.is_empty() {
        return Ok(());
    }
    let detail = format!("An organization above enforces these parts: {}.", parts.join(", "));
    Err(AppError::conflict("setting_enforced", detail))
}

/// Ends the unit with a new version. What says the same as the current version makes none.
pub(super) async fn change(
    op: &Op,
    unit: Writer,
    (before, revision): (Customizations, i64),
    content: Content,
    restored_version: Option<u32>,
) -> Result<CustomizationsView, AppError> {
    let organization = unit.organization();
    let chain = chain_with(organization, unit.customizations().lineage().await?, &content);
    check_enforced(&chain, organization, &before.content, &content)?;
    let effective = show(op, organization, effective(&chain)).await?;
    if before.content == content {
        return Ok(CustomizationsView { current: before, revision, effective });
    }
    let current = before.next(content, restored_version, op.now());
    let revision = unit.commit(Change::CustomizationsUpdated(current.clone())).await?;
    Ok(CustomizationsView { current, revision: revision.row(), effective })
}

/// The change to new content, for a unit that changes something else as well; none when it says the same as the
/// current version.
pub(crate) async fn draft(op: &Op, unit: &Writer, content: Content) -> Result<Option<Change>, AppError> {
    let content = checked(content)?;
    let organization = unit.organization();
    let (before, _) = unit.customizations().current().await?;
    let chain = chain_with(organization, unit.customizations().lineage().await?, &content);
    check_enforced(&chain, organization, &before.content, &content)?;
    let news = before.content != content;
    Ok(news.then(|| Change::CustomizationsUpdated(before.next(content, None, op.now()))))
}
