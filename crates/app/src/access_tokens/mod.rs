//! Access tokens: what a session shows with each request. A token is a JWT (RFC 7519) of the profile for
//! access tokens (RFC 9068), signed with Ed25519, so that nothing need be looked up to believe it; it
//! lives for minutes, and its session can end it before.
//!
//! Three things are kept in memory: the keys, the tokens verified already (a signature costs 50
//! microseconds, a hash less than one), and the sessions that ended while tokens of theirs may live on.

mod ended;
mod keys;

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use jsonwebtoken::{Algorithm, Header, Validation, decode, decode_header, encode};
use moka::sync::Cache;
use polity_domain::ids::{SessionId, UserId};
use polity_domain::time::Time;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::ended::EndedSessions;
pub use self::keys::{Period, SigningKey, due};
use crate::error::AppError;

/// The JWT type of an access token (RFC 9068, section 2.1).
const TYPE: &str = "at+jwt";
/// The client that sessions belong to: the service itself.
const CLIENT: &str = "polity";
/// Longer ones are not ours.
const MAX_LENGTH: usize = 2048;
/// How many verified tokens are remembered: at most some 30 MB.
const REMEMBERED: u64 = 100_000;
/// How far the clocks of two servers may be apart.
const CLOCK_SKEW_SECONDS: i64 = 60;

/// What a verified token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claims {
    /// Whose it is.
    pub user_id: UserId,
    /// The session it belongs to.
    pub session_id: SessionId,
    /// From this moment on it is refused.
    pub expire_time: Time,
}

/// The claims as they are written.
#[derive(Serialize, Deserialize)]
struct Payload {
    iss: String,
    sub: UserId,
    aud: String,
    client_id: String,
    exp: i64,
    iat: i64,
    jti: Uuid,
    sid: SessionId,
}

/// What is remembered of a verified token.
#[derive(Clone, Copy)]
struct Remembered {
    kid: Uuid,
    claims: Claims,
}

/// Issues and verifies access tokens.
pub struct AccessTokens {
    issuer: String,
    ttl_seconds: i64,
    keys: ArcSwap<Vec<SigningKey>>,
    remembered: Cache<[u8; 32], Remembered>,
    ended: EndedSessions,
}

impl AccessTokens {
    /// Tokens of this issuer (the service's public address, which is their audience as well) that live for
    /// `ttl_seconds`. Until it is given keys it neither issues nor accepts any.
    pub fn new(issuer: String, ttl_seconds: i64) -> Self {
        // Said outright: with two back ends compiled in, by whatever dependency, jsonwebtoken would panic
        // at the first token. It fails when one is installed already, which is as good.
        let _ = jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER.install_default();
        let ttl_seconds = ttl_seconds.max(1);
        let remembered = Cache::builder()
            .max_capacity(REMEMBERED)
            .time_to_live(Duration::from_secs(ttl_seconds.unsigned_abs()))
            .build();
        Self { issuer, ttl_seconds, keys: ArcSwap::default(), remembered, ended: EndedSessions::default() }
    }

    /// Takes the keys, all that are not yet retired, in place of those before. A token signed by a key
    /// that is not among them is refused from now on.
    pub fn replace_keys(&self, keys: Vec<SigningKey>) {
        self.keys.store(Arc::new(keys));
    }

    /// The periods of the keys in use, for [`due`].
    pub fn periods(&self) -> Vec<Period> {
        self.keys.load().iter().map(|key| key.period).collect()
    }

    /// For how long a token lives, in seconds.
    pub const fn ttl_seconds(&self) -> i64 {
        self.ttl_seconds
    }

    /// Issues a token of a session.
    pub fn issue(&self, user: UserId, session: SessionId, now: Time, jti: Uuid) -> Result<String, AppError> {
        let keys = self.keys.load();
        let key = self.active(&keys, now)?;
        let iat = now.unix_seconds();
        let payload = Payload {
            iss: self.issuer.clone(),
            sub: user,
            aud: self.issuer.clone(),
            client_id: CLIENT.to_owned(),
            exp: iat + self.ttl_seconds,
            iat,
            jti,
            sid: session,
        };
        encode(&header(key.kid), &payload, &key.signing).map_err(AppError::internal)
    }

    /// Signs what is no token, with the key that signs tokens now, and tells its id: bundles and news of access are
    /// believed by the same published keys. What is signed must be nothing that could be a token.
    pub(crate) fn sign_with<T>(
        &self,
        now: Time,
        sign: impl FnOnce(&str, &ed25519_dalek::SigningKey) -> T,
    ) -> Result<T, AppError> {
        let keys = self.keys.load();
        let key = self.active(&keys, now)?;
        Ok(sign(&key.kid.to_string(), &key.raw))
    }

    /// The key that signs now.
    fn active<'a>(&self, keys: &'a [SigningKey], now: Time) -> Result<&'a SigningKey, AppError> {
        keys.iter()
            .filter(|key| key.period.may_sign(now, self.ttl_seconds))
            .max_by_key(|key| key.period.activate_time)
            .ok_or_else(|| AppError::unavailable("no signing key is active"))
    }

    /// What the token says, if it is one of ours, unexpired, and its session has not ended. Why one is
    /// refused is nobody's business.
    pub fn verify(&self, token: &str, now: Time) -> Option<Claims> {
        if token.len() > MAX_LENGTH {
            return None;
        }
        let hash = *blake3::hash(token.as_bytes()).as_bytes();
        let keys = self.keys.load();
        let known = self.remembered.get(&hash);
        let Remembered { kid, claims } = match known {
            Some(remembered) => remembered,
            None => self.decode(token, &keys, now)?,
        };
        let key_counts = keys.iter().any(|key| key.kid == kid && key.period.may_verify(now));
        if !key_counts || now >= claims.expire_time || self.ended.contains(claims.session_id) {
            return None;
        }
        if known.is_none() {
            self.remembered.insert(hash, Remembered { kid, claims });
        }
        Some(claims)
    }

    /// Refuses the session's tokens from now on. To be called for every session that ends, on every
    /// server, and at start for those that ended within the last [`AccessTokens::ttl_seconds`].
    pub fn forget_session(&self, session: SessionId, now: Time) {
        self.ended.insert(session, now, now.plus_seconds(self.ttl_seconds + CLOCK_SKEW_SECONDS));
    }

    /// The public keys of those that sign, will sign, or have signed what still lives, as a JSON Web Key
    /// Set (RFC 7517), for whoever verifies tokens elsewhere.
    pub fn jwks(&self, now: Time) -> serde_json::Value {
        let keys = self.keys.load();
        let keys = keys.iter().filter(|key| key.period.may_verify(now)).map(SigningKey::jwk);
        serde_json::json!({ "keys": keys.collect::<Vec<_>>() })
    }

    /// Verifies all that does not change while the token lives. The header must be exactly the one that
    /// is written here: no other algorithm, type, embedded key or critical extension.
    fn decode(&self, token: &str, keys: &[SigningKey], now: Time) -> Option<Remembered> {
        let found = decode_header(token).ok()?;
        let kid = found.kid.as_deref()?.parse::<Uuid>().ok()?;
        if found != header(kid) {
            return None;
        }
        let key = keys.iter().find(|key| key.kid == kid)?;
        // Only the signature: the claims are checked below, against the time handed in.
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.required_spec_claims.clear();
        validation.validate_exp = false;
        validation.validate_aud = false;
        let payload = decode::<Payload>(token, &key.verifying, &validation).ok()?.claims;
        let Payload { iss, sub, aud, client_id, exp, iat, jti: _, sid } = payload;
        let ours = iss == self.issuer && aud == self.issuer && client_id == CLIENT;
        // One that lives longer than ended sessions are remembered would outlive its session's end.
        let in_time = iat <= now.unix_seconds().saturating_add(CLOCK_SKEW_SECONDS)
            && exp.checked_sub(iat).is_some_and(|life| (1..=self.ttl_seconds).contains(&life));
        let expire_time = Time(exp.checked_mul(1_000_000)?);
        (ours && in_time)
            .then_some(Remembered { kid, claims: Claims { user_id: sub, session_id: sid, expire_time } })
    }
}

/// The header of a token signed with this key.
fn header(kid: Uuid) -> Header {
    Header { typ: Some(TYPE.to_owned()), kid: Some(kid.to_string()), ..Header::new(Algorithm::EdDSA) }
}

#[cfg(test)]
mod tests;
