//! Who presents a key: no statement when embedded, a part of one with several replicas.

use std::sync::Arc;
use std::time::Duration;

use constant_time_eq::constant_time_eq;
use polity_domain::access::Snapshot;
use polity_domain::api_keys::ApiKey;
use polity_domain::ids::ApiKeyId;
use polity_domain::secret_format::{Token, TokenKind};
use polity_domain::time::Time;

use crate::{App, AppError};

/// A key that was presented with a secret that is alive.
pub(crate) struct Presented {
    pub key: Arc<ApiKey>,
    /// Which of its secrets.
    pub secret_number: u32,
    /// What decides for it.
    pub snapshot: Arc<Snapshot>,
}

/// The key of a presented token and the number of the secret that fits, if both are alive, with the
/// snapshot that decides for it: so that what the key asks next costs no statement. `fresh` is a snapshot
/// that was read in this request already.
pub(crate) async fn authenticate(
    app: &App,
    token: &Token,
    fresh: Option<&Arc<Snapshot>>,
    now: Time,
) -> Result<Option<Presented>, AppError> {
    if token.kind != TokenKind::ApiKey {
        return Ok(None);
    }
    let id = ApiKeyId::from_uuid(token.id);
    let known = fresh.and_then(|fresh| Some((fresh.api_key(id)?.clone(), fresh.clone())));
    let found = match known {
        Some(found) => Some(found),
        None => find(app, id).await?,
    };
    let Some((key, snapshot)) = found else { return Ok(None) };
    Ok(presented(app, token, key, snapshot, now))
}

/// The same from memory alone, if it is known to have been so within so long a time, with how long ago that was.
pub(crate) fn authenticate_within(
    app: &App,
    token: &Token,
    most: Duration,
    now: Time,
) -> Option<(Presented, Duration)> {
    let id = ApiKeyId::from_uuid(token.id);
    let (snapshot, age) = app.store.snapshot_within(app.key_homes.of(id)?, most)?;
    let key = snapshot.api_key(id)?.clone();
    Some((presented(app, token, key, snapshot, now)?, age))
}

/// The key, if the token's secret is one of its own, and alive.
fn presented(
    app: &App,
    token: &Token,
    key: Arc<ApiKey>,
    snapshot: Arc<Snapshot>,
    now: Time,
) -> Option<Presented> {
    let hash = app.secrets.hash_secret(TokenKind::ApiKey, token.id, &token.secret);
    let hash = blake3::Hash::from_bytes(hash).to_hex();
    let fits = |known: &str| constant_time_eq(known.as_bytes(), hash.as_bytes());
    let number = key.live_secrets(now).find(|secret| fits(&secret.hash)).map(|secret| secret.number);
    // A key is good for nothing when the service account that it acts for is disabled or gone.
    let number = number.filter(|_| key.alive(now).is_ok() && snapshot.key_may_act(&key));
    number.map(|secret_number| Presented { key, secret_number, snapshot })
}

/// A key belongs to one organization for ever, so once that is known the organization's snapshot has it.
async fn find(app: &App, id: ApiKeyId) -> Result<Option<(Arc<ApiKey>, Arc<Snapshot>)>, AppError> {
    if let Some(organization) = app.key_homes.of(id)
        && let Some(snapshot) = app.store.snapshot(organization).await?
        && let Some(key) = snapshot.api_key(id)
    {
        return Ok(Some((key.clone(), snapshot)));
    }
    let read = Box::pin(app.store.api_key_with_snapshot(id)).await?;
    let Some((key, snapshot)) = read else { return Ok(None) };
    app.key_homes.remember(id, key.organization_id);
    // Of the two, what the snapshot says is at least as new.
    let key = snapshot.api_key(id).cloned().unwrap_or_else(|| Arc::new(key));
    Ok(Some((key, snapshot)))
}
