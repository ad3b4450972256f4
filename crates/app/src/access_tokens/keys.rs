//! The keys that sign access tokens, and when each does what.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, EncodingKey};
use polity_domain::time::Time;
use serde_json::json;
use uuid::Uuid;
use zeroize::Zeroizing;

/// What precedes the seed in the DER of an Ed25519 private key (RFC 8410, section 7).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// For how long a key is published before it signs, so that whoever keeps a copy of the key set has it.
const PUBLISHED_AHEAD_SECONDS: i64 = 86_400;

/// When a key signs and how long it is believed. It is published from the moment it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// From now on it signs, unless a later one does.
    pub activate_time: Time,
    /// From now on nothing it has signed is believed.
    pub retire_time: Time,
}

impl Period {
    /// Whether a token signed now would be believed to its end.
    pub(super) fn may_sign(self, now: Time, ttl_seconds: i64) -> bool {
        self.activate_time <= now && now.plus_seconds(ttl_seconds) <= self.retire_time
    }

    pub(super) fn may_verify(self, now: Time) -> bool {
        now < self.retire_time
    }
}

/// When the next key is to work, if it is time to make it: `rotation_seconds` after the last one began,
/// and made a day before that (or half the rotation, if that is less), so that it is published before it
/// signs. Only when none can sign at all (the first start, or one after a very long pause) does the
/// new key sign at once.
///
/// A key retires a whole rotation and a token's life after its successor should have begun: a rotation
/// that comes late ends no token before its time.
pub fn due(known: &[Period], now: Time, rotation_seconds: i64, ttl_seconds: i64) -> Option<Period> {
    let ahead = PUBLISHED_AHEAD_SECONDS.min(rotation_seconds / 2);
    let newest = known.iter().map(|period| period.activate_time).max();
    let activate_time = match newest {
        // It waits to begin.
        Some(newest) if now < newest => return None,
        Some(newest) if known.iter().any(|period| period.may_sign(now, ttl_seconds)) => {
            if now < newest.plus_seconds(rotation_seconds - ahead) {
                return None;
            }
            newest.plus_seconds(rotation_seconds).max(now.plus_seconds(ahead))
        }
        _ => now,
    };
    let retire_time = activate_time.plus_seconds(2 * rotation_seconds + ttl_seconds);
    Some(Period { activate_time, retire_time })
}

/// A key that signs access tokens.
pub struct SigningKey {
    pub(super) kid: Uuid,
    pub(super) period: Period,
    pub(super) signing: EncodingKey,
    pub(super) verifying: DecodingKey,
    /// The same key for what is no token.
    pub(super) raw: ed25519_dalek::SigningKey,
}

impl SigningKey {
    /// The key of this id, whose seed [`Secrets::signing_seed`](crate::secrets::Secrets::signing_seed)
    /// derives.
    pub fn new(kid: Uuid, seed: &[u8; 32], period: Period) -> Self {
        let raw = ed25519_dalek::SigningKey::from_bytes(seed);
        let der = Zeroizing::new([PKCS8_PREFIX.as_slice(), seed].concat());
        Self {
            kid,
            period,
            signing: EncodingKey::from_ed_der(&der),
            verifying: DecodingKey::from_ed_der(raw.verifying_key().as_bytes()),
            raw,
        }
    }

    /// The public key as a JSON Web Key (RFC 8037).
    pub(super) fn jwk(&self) -> serde_json::Value {
        json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": URL_SAFE_NO_PAD.encode(self.raw.verifying_key().as_bytes()),
            "kid": self.kid.to_string(),
            "use": "sig",
            "alg": "EdDSA",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400;
    const ROTATION: i64 = 90 * DAY;
    const TTL: i64 = 900;

    fn day(days: i64) -> Time {
        Time(0).plus_seconds(days * DAY)
    }

    #[test]
    fn the_first_key_signs_at_once() {
        let first = due(&[], day(1), ROTATION, TTL).unwrap();
        assert_eq!(first.activate_time, day(1));
        assert!(first.may_sign(day(1), TTL));
        assert_eq!(due(&[first], day(1), ROTATION, TTL), None);
    }

    #[test]
    fn a_new_key_is_made_a_day_before_it_signs_and_the_old_one_is_believed_on() {
        let first = due(&[], day(0), ROTATION, TTL).unwrap();
        let just_before = Time(day(89).0 - 1);
        assert_eq!(due(&[first], just_before, ROTATION, TTL), None);
        let second = due(&[first], day(89), ROTATION, TTL).unwrap();
        assert_eq!(second.activate_time, day(90));
        assert_eq!(due(&[first, second], day(89), ROTATION, TTL), None);
        assert!(!second.may_sign(just_before, TTL) && second.may_verify(day(89)));
        assert!(first.may_verify(day(90).plus_seconds(TTL)));
        assert!(!first.may_verify(first.retire_time));
    }

    #[test]
    fn a_late_rotation_still_publishes_before_it_signs_while_the_old_key_can_sign() {
        let first = due(&[], day(0), ROTATION, TTL).unwrap();
        let second = due(&[first], day(170), ROTATION, TTL).unwrap();
        assert_eq!(second.activate_time, day(171));
        let third = due(&[first], day(400), ROTATION, TTL).unwrap();
        assert_eq!(third.activate_time, day(400));
    }

    #[test]
    fn there_is_always_a_key_that_can_sign_and_no_token_outlives_its_key() {
        for (rotation, step) in [(ROTATION, 3_600), (7 * DAY, 1_800), (2 * 3_600, 60)] {
            let mut keys = Vec::new();
            for at in (0..4 * rotation).step_by(usize::try_from(step).unwrap()) {
                let now = Time(0).plus_seconds(at);
                keys.extend(due(&keys, now, rotation, TTL));
                let signing = keys.iter().filter(|key: &&Period| key.may_sign(now, TTL));
                assert!(signing.max_by_key(|key| key.activate_time).is_some());
            }
            assert!((4..=6).contains(&keys.len()), "{}", keys.len());
        }
    }
}
