//! News: what changed since a revision, or that nothing did; signed.

use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};

use super::envelope::{self, BundleError};
use super::fact::Fact;
use super::keys::Keys;
use crate::ids::{OrganizationId, TreeId};
use crate::time::Time;

/// What is signed begins with this: news are no bundle and the other way round.
const SIGNED_AS: &str = "polity access news v1\n";

/// What became of a bundle's facts from one revision to another. Without facts it says that all is as it was: a
/// heartbeat.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct News {
    /// Of which tree.
    pub tree_id: TreeId,
    /// The organization that it is about.
    pub organization_id: OrganizationId,
    /// Whether it is also about those below.
    pub descendants: bool,
    /// The revision that it goes on from.
    pub from: u64,
    /// The one that it leads to.
    pub revision: u64,
    /// When that was known to be the latest one.
    pub time: Time,
    /// What is true at `revision`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<Fact>,
}

impl News {
    /// Two lines: the news, and their signature with the key that is published under this id.
    pub fn sign(&self, key_id: &str, key: &SigningKey) -> Result<String, BundleError> {
        let text = envelope::line(self)?;
        let seal = envelope::seal(SIGNED_AS, &text, key_id, key);
        Ok(format!("{text}\n{seal}"))
    }

    /// Reads what [`News::sign`] wrote, if one of `keys` signed it.
    pub fn open(text: &str, keys: &Keys) -> Result<Self, BundleError> {
        let (text, seal) = text.split_once('\n').ok_or(BundleError::Malformed)?;
        keys.verify(SIGNED_AS, text, seal)?;
        serde_json::from_str(text).map_err(|_| BundleError::Malformed)
    }
}
