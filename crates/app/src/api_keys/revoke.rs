//! Ending a key.

use polity_domain::api_keys::RevocationReason;
use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::API_KEYS_REVOKE;

use super::view::ApiKeyView;
use crate::{AppError, IfMatch, Op};

/// Ends a key for good: the very next request with it is refused. Whoever may revoke keys may revoke any
/// of the organization's, also one that holds more than they do.
///
/// # Errors
/// 409 `key_revoked` when that was done before; 412 when `if_match` is another version.
#[tracing::instrument(name = "api_keys.revoke", skip_all, fields(%organization, %id))]
pub async fn revoke(
    op: &Op,
    organization: OrganizationId,
    id: ApiKeyId,
    reason: RevocationReason,
    if_match: &IfMatch,
) -> Result<ApiKeyView, AppError> {
    let unit = op.write(API_KEYS_REVOKE, organization).await?;
    let (before, revision) = unit.api_keys().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = before.revoke(reason, op.now())?;
    let uses = unit.api_keys().last_uses(&[id]).await?;
    let revision = unit.commit(Change::ApiKeyRevoked(Changed { before, after: after.clone() })).await?;
    Ok(ApiKeyView::new(after, revision.row(), &uses, op.now()))
}
