//! Who presents a key: no statement when embedded, one with several replicas.

use polity_domain::api_keys::ApiKey;
use polity_domain::ids::ApiKeyId;
use polity_domain::ledger::leaf::hex;
use polity_domain::secret_format::{Token, TokenKind};
use polity_domain::time::Time;
use subtle::ConstantTimeEq;

use crate::{App, AppError};

/// The key of a presented token and the number of the secret that fits, if both are alive.
pub(crate) async fn authenticate(app: &App, token: &Token, now: Time) -> Result<Option<(ApiKey, u32)>, AppError> {
    let id = ApiKeyId::from_uuid(token.id);
    let Some(key) = find(app, id).await? else { return Ok(None) };
    let presented = hex(&app.secrets.hash_secret(TokenKind::ApiKey, token.id, &token.secret));
    let fits = |hash: &str| bool::from(hash.as_bytes().ct_eq(presented.as_bytes()));
    let number = key.live_secrets(now).find(|secret| fits(&secret.hash)).map(|secret| secret.number);
    Ok(number.filter(|_| key.alive(now).is_ok()).map(|number| (key, number)))
}

async fn find(app: &App, id: ApiKeyId) -> Result<Option<ApiKey>, AppError> {
    if !app.store.is_postgres()
        && let Some(tree) = app.key_trees.get(&id)
        && let Some(snapshot) = app.store.snapshot(tree).await?
        && let Some(key) = snapshot.api_key(id)
    {
        return Ok(Some(key.clone()));
    }
    let Some((key, tree, _)) = app.store.api_key(id).await? else { return Ok(None) };
    app.key_trees.insert(id, tree);
    Ok(Some(key))
}
