//! Ending the older of two secrets.

use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::API_KEYS_UPDATE;

use super::view::ApiKeyView;
use crate::{AppError, Op};

/// Ends the older of a key's two secrets before its overlap is over.
///
/// # Errors
/// 409 `no_old_secret` when there is only one, `key_revoked` or `key_expired`.
#[tracing::instrument(name = "api_keys.retire_old_secret", skip_all, fields(%organization, %id))]
pub async fn retire_old_secret(
    op: &Op,
    organization: OrganizationId,
    id: ApiKeyId,
) -> Result<ApiKeyView, AppError> {
    let unit = op.write(API_KEYS_UPDATE, organization).await?;
    let (before, _) = unit.api_keys().get(id).await?.ok_or_else(AppError::not_found)?;
    let after = before.retire_old_secret(op.now())?;
    let uses = unit.api_keys().last_uses(&[id]).await?;
    let revision = unit.commit(Change::ApiKeySecretRetired(Changed { before, after: after.clone() })).await?;
    Ok(ApiKeyView::new(after, revision.row(), &uses, op.now()))
}
