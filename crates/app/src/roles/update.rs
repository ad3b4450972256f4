//! Changing a custom role.

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::ROLES_UPDATE;
use polity_domain::text::Title;

use super::rules::{check_held, check_known, check_title, own};
use super::view::RoleView;
use crate::changes::carry_out;
use crate::{AppError, IfMatch, Op, Outcome};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct RoleUpdate {
    /// Its display name.
    pub title: Option<Title>,
    /// What it is for.
    pub description: Option<String>,
    /// The names of its permissions, all of them.
    pub permissions: Option<BTreeSet<String>>,
}

/// Changes a custom role, and with it at once what everybody who holds it may do.
///
/// # Errors
/// 400 `unknown_permission`; 403 `system_role`, `inherited_role`, or
/// `cannot_grant` when the role has, or is to have, more than the caller holds; 409 `title_taken`; 412
/// when `if_match` is another version.
#[tracing::instrument(name = "roles.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: RoleId,
    update: RoleUpdate,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<RoleView>, AppError> {
    let unit = op.write(ROLES_UPDATE, organization).await?;
    let (before, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    if let Some(title) = &update.title {
        check_title(title)?;
    }
    let title = update.title.map(|title| title.to_string());
    let after = before.change(title, update.description, update.permissions, op.now());
    let mut both = check_known(unit.snapshot(), &after.permissions, &before.permissions)?;
    both.extend(&check_known(unit.snapshot(), &before.permissions, &before.permissions)?);
    check_held(op, &unit, &both)?;
    let change = Change::RoleUpdated(Changed { before, after: after.clone() });
    if let Some(preview) = carry_out(unit, vec![change], validate_only).await? {
        return Ok(Outcome::Preview(preview));
    }
    let revision = op.revision().map_or(revision, polity_store::Revision::row);
    Ok(Outcome::Done(RoleView::custom(organization, after, revision)))
}
