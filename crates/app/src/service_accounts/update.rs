//! Changing a service account.

use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::SERVICE_ACCOUNTS_UPDATE;
use polity_domain::text::Title;

use super::{ServiceAccountView, own};
use crate::{AppError, IfMatch, Op};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ServiceAccountUpdate {
    /// Its display name.
    pub title: Option<Title>,
    /// What it is for.
    pub description: Option<String>,
}

/// Changes what is written on a service account. What it holds, its groups and its keys stay.
///
/// # Errors
/// 404; 412 when `if_match` is another version.
#[tracing::instrument(name = "service_accounts.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: ServiceAccountId,
    update: ServiceAccountUpdate,
    if_match: &IfMatch,
) -> Result<ServiceAccountView, AppError> {
    let unit = op.write(SERVICE_ACCOUNTS_UPDATE, organization).await?;
    let (before, revision) = own(&unit, id).await?;
    if_match.check(revision)?;
    let after = before.change(update.title.map(|title| title.to_string()), update.description, op.now());
    let change = Change::ServiceAccountUpdated(Changed { before, after: after.clone() });
    let revision = unit.commit(change).await?;
    Ok((after, revision.row()))
}
