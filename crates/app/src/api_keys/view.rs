//! A key as doors show it: never with a secret, nor with what is kept of one.

use std::collections::HashMap;

use polity_domain::api_keys::ApiKey;
use polity_domain::ids::ApiKeyId;
use polity_domain::secret_format::Revealed;
use polity_domain::time::Time;

use super::secret::prefix;

/// A key with what a reader wants beside it.
#[derive(Debug, Clone)]
pub struct ApiKeyView {
    /// The key, without what is kept of its secrets.
    pub key: ApiKey,
    /// The revision of its last change.
    pub revision: i64,
    /// `ACTIVE`, `REVOKED` or `EXPIRED`.
    pub state: &'static str,
    /// The first characters, for people to recognise it by.
    pub prefix: String,
    /// Its live secrets, the newest first.
    pub secrets: Vec<SecretView>,
}

/// A live secret of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SecretView {
    /// 1 for the first secret of the key, and so on.
    pub number: u32,
    /// When it was made.
    pub create_time: Time,
    /// When it ends by itself (the overlap of a rotation).
    pub expire_time: Option<Time>,
    /// When it was last used, to within a few seconds.
    pub last_used_time: Option<Time>,
}

/// A key with its new secret, which is never shown again.
pub struct NewSecret {
    /// The key.
    pub view: ApiKeyView,
    /// The whole key in writing.
    pub secret: Revealed,
}

/// When secrets were last used, by key and number.
pub(super) type Uses = HashMap<(ApiKeyId, u32), Time>;

impl ApiKeyView {
    pub(super) fn new(mut key: ApiKey, revision: i64, uses: &Uses, now: Time) -> Self {
        let secrets = key.live_secrets(now).map(|secret| SecretView {
            number: secret.number,
            create_time: secret.create_time,
            expire_time: secret.expire_time,
            last_used_time: uses.get(&(key.id, secret.number)).copied(),
        });
        let (secrets, state, prefix) = (secrets.collect(), key.state(now), prefix(key.id));
        key.secrets.clear();
        Self { key, revision, state, prefix, secrets }
    }
}
