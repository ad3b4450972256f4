//! Changing a key.

use polity_domain::api_keys::{ApiKey, ApiKeyUpdate, IpNet};
use polity_domain::ids::{ApiKeyId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::API_KEYS_UPDATE;
use polity_domain::time::Time;
use polity_store::Writer;

use super::check::{future, known_permissions, within_maker, within_settings};
use super::view::ApiKeyView;
use crate::{AppError, IfMatch, Op};

/// What to change; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct ApiKeyPatch {
    /// Its display name.
    pub title: Option<String>,
    /// The names of all its permissions.
    pub permissions: Option<Vec<String>>,
    /// When it ends by itself, or that it does not.
    pub expire_time: Option<Option<Time>>,
    /// Where it may be used from; empty: anywhere.
    pub allowed_cidrs: Option<Vec<IpNet>>,
    /// Requests a minute, or that there is no limit.
    pub rate_limit_per_minute: Option<Option<u32>>,
}

/// Changes a key. The caller must hold all that it has before and after.
///
/// # Errors
/// 400 `unknown_permission`, `against_settings`, or for an end that has passed; 403 `cannot_grant`; 409
/// `key_revoked` or `key_expired`; 412 when `if_match` is another version.
#[tracing::instrument(name = "api_keys.update", skip_all, fields(%organization, %id))]
pub async fn update(
    op: &Op,
    organization: OrganizationId,
    id: ApiKeyId,
    patch: ApiKeyPatch,
    if_match: &IfMatch,
) -> Result<ApiKeyView, AppError> {
    future(patch.expire_time.flatten(), op.now())?;
    let unit = op.write(API_KEYS_UPDATE, organization).await?;
    let (before, revision) = unit.api_keys().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let (end, networks) = (patch.expire_time.is_some(), patch.allowed_cidrs.is_some());
    let after = before.update(checked(&unit, &before, patch)?, op.now())?;
    let principal = op.principal()?;
    unit.snapshot().may_take_key(&principal, &before, op.now())?;
    unit.snapshot().may_make_key(&principal, &after, op.now())?;
    if end || networks {
        within_maker(op, &unit, &after)?;
        within_settings(&unit, &after, end, networks).await?;
    }
    let uses = unit.api_keys().last_uses(&[id]).await?;
    let revision = unit.commit(Change::ApiKeyUpdated(Changed { before, after: after.clone() })).await?;
    Ok(ApiKeyView::new(after, revision.row(), &uses, op.now()))
}

/// What the key has already may stay, also when it is granted no longer.
fn checked(unit: &Writer, before: &ApiKey, patch: ApiKeyPatch) -> Result<ApiKeyUpdate, AppError> {
    let permissions = match patch.permissions {
        Some(names) => Some(known_permissions(unit.snapshot(), &before.permissions, names)?),
        None => None,
    };
    Ok(ApiKeyUpdate {
        title: patch.title,
        permissions,
        expire_time: patch.expire_time,
        allowed_cidrs: patch.allowed_cidrs,
        rate_limit_per_minute: patch.rate_limit_per_minute,
    })
}
