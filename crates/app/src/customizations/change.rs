//! A new version: of new content, or of an old version's.

use polity_domain::customizations::{Content, Customizations, effective, enforced_parts};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_store::Writer;

use super::view::{CustomizationsView, show};
use crate::{AppError, Op};

/// What reaches an organization, the nearest first.
pub(crate) type Chain = Vec<(OrganizationId, Content)>;

/// A version that is not recorded yet.
pub(crate) struct Draft {
    /// The version; none: it says what the current one says.
    pub next: Option<Customizations>,
    /// What reaches the organization with it.
    pub chain: Chain,
}

/// Content in its one form.
///
/// # Errors
/// 400 with the place of the first thing that is wrong.
pub(super) fn checked(content: Content) -> Result<Content, AppError> {
    content.checked().map_err(|(field, error)| AppError::invalid(field, "invalid_value", error.to_string()))
}

/// What reaches an organization once it says `content` itself.
pub(super) fn with(mut chain: Chain, organization: OrganizationId, content: &Content) -> Chain {
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

/// What follows on `before` in an organization that is reached by `chain`.
///
/// # Errors
/// 409 `setting_enforced`.
pub(super) fn draft(
    op: &Op,
    chain: Chain,
    before: &Customizations,
    content: Content,
    restored_version: Option<u32>,
) -> Result<Draft, AppError> {
    let organization = before.organization_id;
    let chain = with(chain, organization, &content);
    check_enforced(&chain, organization, &before.content, &content)?;
    let news = before.content != content;
    Ok(Draft { next: news.then(|| before.next(content, restored_version, op.now())), chain })
}

/// Ends the unit with a new version. What says the same as the current version makes none.
pub(super) async fn conclude(
    op: &Op,
    unit: Writer,
    (before, revision): (Customizations, i64),
    Draft { next, chain }: Draft,
) -> Result<CustomizationsView, AppError> {
    let effective = show(op, unit.organization(), effective(&chain)).await?;
    let Some(current) = next else {
        return Ok(CustomizationsView { current: before, revision, effective });
    };
    let revision = unit.commit(Change::CustomizationsUpdated(current.clone())).await?;
    Ok(CustomizationsView { current, revision: revision.row(), effective })
}
