//! The instance's one secret, and what is derived of it.
//!
//! An operator keeps 32 random bytes. Everything else that must be secret (the pepper of passwords,
//! signing keys, the secrets of mailed links, the keys of hashes) is derived of them, each for one
//! purpose, with BLAKE3's key derivation. So the database holds nothing that opens anything, and a copy
//! of it without the key gives away no credential.
//!
//! Whoever changes the key ends what hangs on it: sessions, API keys, links and passwords.

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use polity_domain::secret_format::{SecretBytes, TokenKind};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::error::AppError;

/// How many random bytes [`Secrets::seal`] wants.
pub const NONCE_LENGTH: usize = 24;

/// The text is no secret key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 random bytes in base64 or base64url, or as 64 hexadecimal digits")]
pub struct InvalidSecretKey;

/// The instance's secret: 32 random bytes. It is never printed and is overwritten when dropped.
pub struct SecretKey(Zeroizing<[u8; 32]>);

impl SecretKey {
    /// Takes 32 bytes drawn from a cryptographic source.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// Reads a key as an operator keeps it, with white space around it forgiven: 43 characters of base64
    /// or base64url (44 with the padding) or 64 hexadecimal digits. 32 times the same byte is a
    /// placeholder and refused.
    pub fn parse(text: &str) -> Result<Self, InvalidSecretKey> {
        let text = text.trim();
        let mut bytes = Zeroizing::new([0_u8; 32]);
        match text.len() {
            64 => decode_hex(text.as_bytes(), &mut bytes)?,
            43 | 44 => {
                let text = text.strip_suffix('=').unwrap_or(text);
                // 43 characters are 32 bytes, so they fit.
                let mut reads = |engine: &GeneralPurpose| {
                    engine.decode_slice_unchecked(text, bytes.as_mut_slice()) == Ok(32)
                };
                if text.len() != 43 || !(reads(&URL_SAFE_NO_PAD) || reads(&STANDARD_NO_PAD)) {
                    return Err(InvalidSecretKey);
                }
            }
            _ => return Err(InvalidSecretKey),
        }
        if bytes.iter().all(|byte| *byte == bytes[0]) {
            return Err(InvalidSecretKey);
        }
        Ok(Self(bytes))
    }

    /// The key in base64url, as [`SecretKey::parse`] reads it: for the one who makes a new one.
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.0.as_slice()))
    }
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("[redacted]")
    }
}

fn decode_hex(digits: &[u8], bytes: &mut [u8; 32]) -> Result<(), InvalidSecretKey> {
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| char::from(pair[at]).to_digit(16).and_then(|value| u8::try_from(value).ok());
        let (Some(high), Some(low)) = (digit(0), digit(1)) else { return Err(InvalidSecretKey) };
        *byte = high << 4 | low;
    }
    Ok(())
}

/// A key for one purpose.
type SubKey = Zeroizing<[u8; 32]>;

/// The keys derived of the instance's secret.
pub struct Secrets {
    check_value: [u8; 32],
    tokens: SubKey,
    one_time: SubKey,
    page_tokens: SubKey,
    counters: SubKey,
    sealed: SubKey,
    signing: SubKey,
    ledger: SubKey,
    pepper: SubKey,
    saved_trees: SubKey,
}

impl Secrets {
    /// Derives the keys. The contexts must never change: what is stored hangs on them.
    pub fn new(key: &SecretKey) -> Self {
        let derive = |context: &str| Zeroizing::new(blake3::derive_key(context, key.0.as_slice()));
        Self {
            check_value: *derive("polity 2026 check value"),
            tokens: derive("polity 2026 token hashes"),
            one_time: derive("polity 2026 one-time secrets"),
            page_tokens: derive("polity 2026 page tokens"),
            counters: derive("polity 2026 counters"),
            sealed: derive("polity 2026 sealed values"),
            signing: derive("polity 2026 access token signing keys"),
            ledger: derive("polity 2026 ledger signing key"),
            pepper: derive("polity 2026 password pepper"),
            saved_trees: derive("polity 2026 saved trees"),
        }
    }

    /// What the database keeps to tell the right key from a wrong one. It gives nothing away.
    pub const fn check_value(&self) -> [u8; 32] {
        self.check_value
    }

    /// What is stored of the secret of an API key, a refresh token or a bootstrap token: a keyed hash,
    /// bound to the kind and the id.
    pub fn hash_secret(&self, kind: TokenKind, id: Uuid, secret: &SecretBytes) -> [u8; 32] {
        *hashed(&self.tokens, &[kind.as_str().as_bytes(), id.as_bytes(), secret.expose()]).as_bytes()
    }

    /// Whether `secret` is the one whose hash is `expected`, in constant time.
    pub fn verify_secret(&self, kind: TokenKind, id: Uuid, secret: &SecretBytes, expected: &[u8]) -> bool {
        self.hash_secret(kind, id, secret).as_slice().ct_eq(expected).into()
    }

    /// The secret of a mailed link. It is derived, not drawn: neither the database nor the outbox holds
    /// it, and whoever sends the mail makes it anew. A later `generation` ends the links before it.
    pub fn one_time_secret(&self, kind: TokenKind, id: Uuid, generation: u32) -> SecretBytes {
        let parts: [&[u8]; 3] = [kind.as_str().as_bytes(), id.as_bytes(), &generation.to_be_bytes()];
        SecretBytes::new(*keyed(&self.one_time, &parts).finalize().as_bytes())
    }

    /// Proves that a page token was made here.
    pub fn page_token_mac(&self, bytes: &[u8]) -> [u8; 16] {
        let mut mac = [0; 16];
        keyed(&self.page_tokens, &[bytes]).finalize_xof().fill(&mut mac);
        mac
    }

    /// Whether a page token was made here, in constant time.
    pub fn verify_page_token(&self, bytes: &[u8], mac: &[u8]) -> bool {
        self.page_token_mac(bytes).as_slice().ct_eq(mac).into()
    }

    /// What a rate is counted under, instead of an e-mail or network address itself.
    pub fn counter_key(&self, purpose: &str, text: &str) -> [u8; 32] {
        *keyed(&self.counters, &[purpose.as_bytes(), text.as_bytes()]).finalize().as_bytes()
    }

    /// Encrypts and authenticates `plaintext`. It opens only with the same context and key material;
    /// material that is stored nowhere (a caller's credential) makes it unreadable to whoever has both
    /// the database and the key. The nonce is random; it precedes the result.
    pub fn seal(
        &self,
        context: &str,
        key_material: &[u8],
        nonce: [u8; NONCE_LENGTH],
        plaintext: &[u8],
    ) -> Result<Vec<u8>, AppError> {
        let cipher = self.cipher(context, key_material);
        let ciphertext = cipher
            .encrypt(&XNonce::from(nonce), plaintext)
            .map_err(|_| AppError::internal("the value is too long to be sealed"))?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    /// Opens what [`Secrets::seal`] made; none when the context, the material or a byte differ.
    pub fn open(&self, context: &str, key_material: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_LENGTH>()?;
        let cipher = self.cipher(context, key_material);
        cipher.decrypt(&XNonce::from(*nonce), ciphertext).ok().map(Zeroizing::new)
    }

    fn cipher(&self, context: &str, key_material: &[u8]) -> XChaCha20Poly1305 {
        let key = keyed(&self.sealed, &[context.as_bytes(), key_material]).finalize();
        XChaCha20Poly1305::new(key.as_bytes().into())
    }

    /// The Ed25519 seed of the access tokens' signing key of that id.
    pub fn signing_seed(&self, kid: Uuid) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(*keyed(&self.signing, &[kid.as_bytes()]).finalize().as_bytes())
    }

    /// The Ed25519 seed of the key that signs the ledgers' checkpoints.
    pub fn ledger_signing_seed(&self) -> Zeroizing<[u8; 32]> {
        self.ledger.clone()
    }

    /// What proves that a saved tree was written by this instance.
    pub fn saved_trees_key(&self) -> Zeroizing<[u8; 32]> {
        self.saved_trees.clone()
    }

    /// What every password is hashed with besides its own salt.
    pub fn pepper(&self) -> Zeroizing<[u8; 32]> {
        self.pepper.clone()
    }
}

/// What [`keyed`] makes, at once where the parts are few bytes: a hasher's state is two kilobytes, and keys are presented
/// tens of thousands of times a second.
fn hashed(key: &[u8; 32], parts: &[&[u8]]) -> blake3::Hash {
    let mut framed = Zeroizing::new([0_u8; 128]);
    let mut length = 0;
    for part in parts {
        for piece in [&(part.len() as u64).to_be_bytes(), *part] {
            let Some(place) = framed.get_mut(length..length + piece.len()) else {
                return keyed(key, parts).finalize();
            };
            place.copy_from_slice(piece);
            length += piece.len();
        }
    }
    blake3::keyed_hash(key, &framed[..length])
}

/// BLAKE3's keyed hash over the parts, each with its length in front, so that no two lists of parts
/// read the same.
fn keyed(key: &[u8; 32], parts: &[&[u8]]) -> blake3::Hasher {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes()).update(part);
    }
    hasher
}

#[cfg(test)]
mod tests;
