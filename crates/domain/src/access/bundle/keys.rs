//! The public keys by which bundles and news are believed.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;

use super::envelope::BundleError;

/// The text is no JSON Web Key Set, or holds no Ed25519 key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a JSON Web Key Set with an Ed25519 key")]
pub struct InvalidKeys;

/// Ed25519 keys by their ids: what `/.well-known/jwks.json` publishes, or what somebody pinned.
#[derive(Debug, Clone, Default)]
pub struct Keys(BTreeMap<String, VerifyingKey>);

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: Option<String>,
    kid: Option<String>,
    x: Option<String>,
}

impl Keys {
    /// Reads a JSON Web Key Set (RFC 7517, RFC 8037). Keys of other kinds are passed over.
    pub fn from_jwks(text: &str) -> Result<Self, InvalidKeys> {
        let set: Set = serde_json::from_str(text).map_err(|_| InvalidKeys)?;
        let mut keys = Self::default();
        for jwk in set.keys {
            if jwk.kty != "OKP" || jwk.crv.as_deref() != Some("Ed25519") {
                continue;
            }
            let (kid, x) = jwk.kid.zip(jwk.x).ok_or(InvalidKeys)?;
            let bytes = URL_SAFE_NO_PAD.decode(x).map_err(|_| InvalidKeys)?;
            keys.insert(kid, &bytes.try_into().map_err(|_| InvalidKeys)?)?;
        }
        if keys.0.is_empty() { Err(InvalidKeys) } else { Ok(keys) }
    }

    /// Adds a key that is published under this id.
    pub fn insert(&mut self, id: impl Into<String>, public: &[u8; 32]) -> Result<(), InvalidKeys> {
        let key = VerifyingKey::from_bytes(public).map_err(|_| InvalidKeys)?;
        self.0.insert(id.into(), key);
        Ok(())
    }

    /// Whether a seal holds over a text that was signed as something.
    pub(super) fn verify(&self, signed_as: &str, text: &str, seal: &str) -> Result<(), BundleError> {
        let (id, signature) = seal.split_once(' ').ok_or(BundleError::Malformed)?;
        let signature = STANDARD.decode(signature).map_err(|_| BundleError::Malformed)?;
        let signature = Signature::from_slice(&signature).map_err(|_| BundleError::Malformed)?;
        let key = self.0.get(id).ok_or_else(|| BundleError::UnknownKey(id.to_owned()))?;
        let signed = [signed_as.as_bytes(), text.as_bytes()].concat();
        // Strict: refuses the weak keys under which one signature fits many texts.
        key.verify_strict(&signed, &signature).map_err(|_| BundleError::InvalidSignature)
    }
}
