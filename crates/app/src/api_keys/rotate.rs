//! Giving a key a second secret, so that its users can change over in peace.

use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::API_KEYS_UPDATE;

use super::check::within_maker;
use super::secret::draw;
use super::view::{ApiKeyView, NewSecret};
use crate::{AppError, Op};

/// How long the old secret stays valid when nobody says otherwise.
const DEFAULT_OVERLAP: i64 = 86_400;
/// The longest that it may.
const LONGEST_OVERLAP: i64 = 30 * 86_400;

/// Gives a key a second secret, and shows it for the only time. The old one ends after the overlap, with
/// 0 at once.
///
/// # Errors
/// 403 `cannot_grant` when the key holds more than the caller, who is handed a secret of it; 409
/// `two_secrets` while it is being rotated already, `key_revoked` or `key_expired`.
#[tracing::instrument(name = "api_keys.rotate", skip_all, fields(%organization, %id))]
pub async fn rotate(
    op: &Op,
    organization: OrganizationId,
    id: ApiKeyId,
    overlap_seconds: Option<i64>,
) -> Result<NewSecret, AppError> {
    let overlap = overlap_seconds.unwrap_or(DEFAULT_OVERLAP);
    if !(0..=LONGEST_OVERLAP).contains(&overlap) {
        let detail = format!("must be from 0 to {LONGEST_OVERLAP} seconds");
        return Err(AppError::invalid("/overlap_seconds", "invalid_value", detail));
    }
    let unit = op.write(API_KEYS_UPDATE, organization).await?;
    let (before, _) = unit.api_keys().get(id).await?.ok_or_else(AppError::not_found)?;
    let (secret, hash) = draw(op, id);
    let after = before.rotate(hash, overlap, op.now())?;
    unit.snapshot().may_take_key(&op.principal()?, &after, op.now())?;
    within_maker(op, &unit, &after)?;
    let uses = unit.api_keys().last_uses(&[id]).await?;
    let revision = unit.commit(Change::ApiKeyRotated(Changed { before, after: after.clone() })).await?;
    let view = ApiKeyView::new(after, revision.row(), &uses, op.now());
    Ok(NewSecret { view, secret })
}
