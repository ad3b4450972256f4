//! The bytes around facts: a header, its seal, and the facts, each a line.
//!
//! The header holds the hash of the facts, so the seal over the header is one over all. A bundle's seal is a signature; a
//! saved snapshot's is a hash, which finds damage and no more.

use ed25519_dalek::{Signer as _, SigningKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::fact::Fact;
use super::gather::Unsigned;
use super::keys::Keys;
use crate::access::Snapshot;
use crate::ids::{OrganizationId, TreeId};
use crate::time::Time;

/// The version of bundles that this reader writes, and the only one that it reads.
pub const VERSION: u32 = 1;

/// The same of saved snapshots.
pub(super) const SAVED: u32 = 2;

/// What is signed begins with this, so that no signature over something else passes for one over a bundle. It holds a
/// space, which no access token's signed part does.
const SIGNED_AS: &str = "polity access bundle v1\n";
/// The kind of a seal that is a hash.
const HASH: &str = "sha256";

/// Why a bundle, a saved snapshot or news are not to be believed, or cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// It is not what it should be: cut off, damaged, or something else.
    #[error("it is cut off, damaged, or something else")]
    Malformed,
    /// Another version wrote it.
    #[error("it is of the version {0}, which is not read here")]
    Version(u32),
    /// No key with this id is known: take the published keys again.
    #[error("it is signed with the key {0}, which is not known")]
    UnknownKey(String),
    /// The signature does not fit.
    #[error("the signature is not valid")]
    InvalidSignature,
    /// Polity's own permissions, or what the built-in roles hold of them, are others there.
    #[error("Polity's own permissions are others where it was made: take the polity-domain of that version")]
    OtherCatalogue,
    /// An organization hangs where it cannot.
    #[error("the organization {0} stands where it cannot")]
    Misplaced(OrganizationId),
    /// It is about something else.
    #[error("it is about something else than was asked for")]
    NotAskedFor,
    /// News that do not go on where the follower is: load the bundle again.
    #[error("the news do not go on where this is; load the bundle again")]
    Gap,
}

/// What a bundle or a saved snapshot is of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the format.
    #[serde(rename = "polity_access")]
    pub version: u32,
    /// Of which tree.
    pub tree_id: TreeId,
    /// At which of its revisions.
    pub revision: u64,
    /// The organization that a bundle is about; none: a whole tree.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<OrganizationId>,
    /// Whether it is also about those below that inherit its roles.
    pub descendants: bool,
    /// When this was known to be the latest revision, in microseconds since 1970.
    pub time: Time,
    /// How many facts follow.
    pub facts: u64,
    /// Their hash, in hexadecimal digits.
    pub sha256: String,
}

/// SHA-256 in hexadecimal digits.
pub(super) fn hash(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|digit| char::from_digit(digit.into(), 16))
        .collect()
}

impl Unsigned {
    /// Signs it with the key that is published under this id.
    pub fn sign(&self, key_id: &str, key: &SigningKey) -> Result<Vec<u8>, BundleError> {
        let header = line(&self.header)?;
        Ok(enclosed(&header, &seal(SIGNED_AS, &header, key_id, key), &self.body))
    }
}

/// The header and the facts of a signed bundle, once its signature by one of `keys` was found to hold.
pub(super) fn opened<'a>(bytes: &'a [u8], keys: &Keys) -> Result<(Header, &'a [u8]), BundleError> {
    let (header, seal, body) = parts(bytes)?;
    keys.verify(SIGNED_AS, header, seal)?;
    Ok((whole(header, body, VERSION)?, body))
}

/// A line that says who signed a text, and the signature.
pub(super) fn seal(signed_as: &str, text: &str, key_id: &str, key: &SigningKey) -> String {
    let signature = key.sign(&[signed_as.as_bytes(), text.as_bytes()].concat());
    format!("{key_id} {}", STANDARD.encode(signature.to_bytes()))
}

pub(super) fn sealed_by_hash(header: &Header, body: &[u8]) -> Result<Vec<u8>, BundleError> {
    let header = line(header)?;
    let seal = format!("{HASH} {}", hash(header.as_bytes()));
    Ok(enclosed(&header, &seal, body))
}

pub(super) fn opened_by_hash(bytes: &[u8]) -> Result<(Header, &[u8]), BundleError> {
    let (header, seal, body) = parts(bytes)?;
    if seal.split_once(' ') != Some((HASH, hash(header.as_bytes()).as_str())) {
        return Err(BundleError::Malformed);
    }
    Ok((whole(header, body, SAVED)?, body))
}

/// A value on one line.
pub(super) fn line<T: Serialize>(value: &T) -> Result<String, BundleError> {
    serde_json::to_string(value).map_err(|_| BundleError::Malformed)
}

fn enclosed(header: &str, seal: &str, body: &[u8]) -> Vec<u8> {
    [header.as_bytes(), b"\n", seal.as_bytes(), b"\n", body].concat()
}

fn parts(bytes: &[u8]) -> Result<(&str, &str, &[u8]), BundleError> {
    let mut parts = bytes.splitn(3, |byte| *byte == b'\n');
    let mut text = || std::str::from_utf8(parts.next()?).ok();
    let (header, seal) = text().zip(text()).ok_or(BundleError::Malformed)?;
    Ok((header, seal, parts.next().ok_or(BundleError::Malformed)?))
}

/// The header, if these are its facts.
fn whole(header: &str, body: &[u8], version: u32) -> Result<Header, BundleError> {
    /// All that is read of a header before it is known whether the rest can be.
    #[derive(Deserialize)]
    struct Any {
        polity_access: u32,
    }
    let any: Any = serde_json::from_str(header).map_err(|_| BundleError::Malformed)?;
    if any.polity_access != version {
        return Err(BundleError::Version(any.polity_access));
    }
    let header: Header = serde_json::from_str(header).map_err(|_| BundleError::Malformed)?;
    if header.sha256 == hash(body) { Ok(header) } else { Err(BundleError::Malformed) }
}

/// The snapshot that facts make.
pub(super) fn read(header: &Header, body: &[u8]) -> Result<Snapshot, BundleError> {
    let mut snapshot = Snapshot::new(header.tree_id);
    let mut facts = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let fact: Fact = serde_json::from_slice(line).map_err(|_| BundleError::Malformed)?;
        snapshot.put_fact(&fact)?;
        facts += 1;
    }
    if facts != header.facts {
        return Err(BundleError::Malformed);
    }
    snapshot.set_revision(header.revision);
    Ok(snapshot)
}
