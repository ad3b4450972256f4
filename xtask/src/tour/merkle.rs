//! Verifying an inclusion proof (RFC 6962, section 2.1.1) without trusting who gave it.

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::http::Answer;

type Hash = [u8; 32];

/// Computes the root from the leaf's own text and the proof's hashes, and holds it against the proof's root.
pub fn verify(proof: &Answer) -> Result<()> {
    let leaf = Sha256::new().chain_update([0]).chain_update(proof.text("/leaf")?).finalize().into();
    ensure!(leaf == hash(proof.text("/leaf_hash")?)?, "the leaf is not what was hashed");
    let hashes = proof.body["hashes"].as_array().context("the proof has no hashes")?;
    let hashes = hashes.iter().map(|text| hash(text.as_str().unwrap_or_default()));
    let hashes = hashes.collect::<Result<Vec<Hash>>>()?;
    let root = root(leaf, proof.number("/leaf_index")?, proof.number("/tree_size")?, &hashes);
    ensure!(root == Some(hash(proof.text("/root_hash")?)?), "the proof does not lead to the root");
    Ok(())
}

/// From the leaf up: at each level the sibling stands on the left or on the right, or there is none (RFC 9162,
/// section 2.1.3.2).
fn root(leaf: Hash, index: u64, size: u64, hashes: &[Hash]) -> Option<Hash> {
    let (mut place, mut last) = (index, size.checked_sub(1)?);
    let mut at = leaf;
    for sibling in hashes {
        if last == 0 {
            return None;
        }
        if place % 2 == 1 || place == last {
            at = node(*sibling, at);
            while place % 2 == 0 && place > 0 {
                (place, last) = (place / 2, last / 2);
            }
        } else {
            at = node(at, *sibling);
        }
        (place, last) = (place / 2, last / 2);
    }
    (last == 0).then_some(at)
}

fn node(left: Hash, right: Hash) -> Hash {
    Sha256::new().chain_update([1]).chain_update(left).chain_update(right).finalize().into()
}

fn hash(text: &str) -> Result<Hash> {
    let bytes = STANDARD.decode(text).context("a hash that is no base64")?;
    bytes.try_into().ok().context("a hash that is not of 32 bytes")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaf(number: u8) -> Hash {
        Sha256::new().chain_update([0]).chain_update([number]).finalize().into()
    }

    #[test]
    fn the_way_from_each_leaf_of_three_leads_to_the_root() {
        let [a, b, c] = [leaf(0), leaf(1), leaf(2)];
        let ab = node(a, b);
        let whole = Some(node(ab, c));
        assert_eq!(root(a, 0, 3, &[b, c]), whole);
        assert_eq!(root(b, 1, 3, &[a, c]), whole);
        assert_eq!(root(c, 2, 3, &[ab]), whole);
        assert_eq!(root(a, 0, 1, &[]), Some(a));
    }

    #[test]
    fn another_leaf_or_way_does_not() {
        let [a, b, c] = [leaf(0), leaf(1), leaf(2)];
        let whole = Some(node(node(a, b), c));
        assert_ne!(root(c, 0, 3, &[b, c]), whole);
        assert_ne!(root(a, 1, 3, &[b, c]), whole);
        assert_eq!(root(a, 0, 3, &[b]), None);
        assert_eq!(root(a, 0, 1, &[b]), None);
        assert_eq!(root(a, 0, 0, &[]), None);
    }
}
