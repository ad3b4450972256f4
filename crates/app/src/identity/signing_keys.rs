//! The keys that sign access tokens: made ahead of their time, published, and taken out of service
//! when no token of theirs can be alive. Their seeds are derived; the table holds only their times.

use std::sync::Arc;

use polity_store::identity::SigningKey as StoredKey;

use crate::access_tokens::{Period, SigningKey, due};
use crate::{App, AppError};

/// Makes the next key when it is time, and takes the current ones into use. Runs at the start and
/// every few minutes.
pub async fn refresh(app: &Arc<App>) -> Result<(), AppError> {
    let now = app.clock.now();
    let settings = &app.settings;
    let mut stored = app.store.signing_keys().await?;
    let known: Vec<Period> = stored.iter().map(period).collect();
    if let Some(next) =
        due(&known, now, settings.signing_key_rotation_seconds, settings.access_token_ttl_seconds)
    {
        let key = StoredKey {
            id: app.chance.uuid(),
            create_time: now,
            activate_time: next.activate_time,
            retire_time: next.retire_time,
        };
        app.store.add_signing_key(&key, stored.first().map(|newest| newest.id)).await?;
        stored = app.store.signing_keys().await?;
    }
    let alive = stored.iter().filter(|key| now < key.retire_time);
    let keys =
        alive.map(|key| SigningKey::new(key.id, &app.secrets.signing_seed(key.id), period(key))).collect();
    app.tokens.replace_keys(keys);
    Ok(())
}

fn period(key: &StoredKey) -> Period {
    Period { activate_time: key.activate_time, retire_time: key.retire_time }
}
