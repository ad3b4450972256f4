//! The Merkle tree of a ledger: SHA-256 as in RFC 6962, section 2.1, proofs checked as in RFC 9162,
//! sections 2.1.3.2 and 2.1.4.2.
//!
//! Nodes are named by level and index: level 0 holds the leaf hashes, and node `index` of `level`
//! stands for the leaves `index << level` up to `(index + 1) << level`. Only *complete* nodes are ever
//! stored: a node is complete when all its leaves are there, and from then on it never changes. The
//! incomplete subtrees of the right edge are computed from complete ones.
//!
//! A [`Frontier`] appends and knows the root; it needs no more than 63 hashes. A proof comes in three
//! steps: ask for its [`ProofPlan`], fetch [`ProofPlan::nodes`] in one query (at most about twice the
//! height of the tree), then [`ProofPlan::build`] it.

use std::iter;

use sha2::{Digest, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// The most leaves a tree may have: what fits a signed 64-bit column.
pub const MAX_SIZE: u64 = i64::MAX.unsigned_abs();

/// What is hashed before a leaf's bytes (RFC 6962, section 2.1), so that no leaf can pass for a node.
const LEAF_PREFIX: [u8; 1] = [0x00];
/// What is hashed before a node's two children.
const NODE_PREFIX: [u8; 1] = [0x01];

/// Why a frontier or a proof cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MerkleError {
    /// The bytes or the number of hashes do not fit the size they claim.
    #[error("the frontier's hashes do not fit its size")]
    MalformedFrontier,
    /// There is no such leaf in a tree of that size.
    #[error("leaf {leaf_index} is not in a tree of {tree_size} leaves")]
    LeafOutOfRange {
        /// The leaf that was asked for, counted from 0.
        leaf_index: u64,
        /// The number of leaves of the tree.
        tree_size: u64,
    },
    /// The older tree is larger than the newer one.
    #[error("a tree of {old_size} leaves does not come before one of {new_size}")]
    SizesOutOfOrder {
        /// The number of leaves of the older tree.
        old_size: u64,
        /// The number of leaves of the newer tree.
        new_size: u64,
    },
    /// A node that the proof needs was not found.
    #[error("the node {index} of level {level} is missing", index = .0.index, level = .0.level)]
    MissingNode(NodeRef),
}

/// The hash of a leaf: SHA-256(0x00 || bytes) (RFC 6962, section 2.1).
pub fn leaf_hash(bytes: &[u8]) -> Hash {
    Sha256::new().chain_update(LEAF_PREFIX).chain_update(bytes).finalize().into()
}

/// The hash of an interior node: SHA-256(0x01 || left || right) (RFC 6962, section 2.1).
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new().chain_update(NODE_PREFIX).chain_update(left).chain_update(right).finalize().into()
}

/// The root of a tree without leaves: SHA-256 of nothing (RFC 6962, section 2.1).
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// Names a complete node: all the leaves below it are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeRef {
    /// The height above the leaves; 0 is a leaf hash.
    pub level: u8,
    /// The place within its level, from the left, counted from 0.
    pub index: u64,
}

/// The complete nodes that make up the leaves `start..start + size`, left (and largest) first.
/// `start` must be a multiple of the largest power of two in `size`, as RFC 6962's splits see to.
fn cover(start: u64, size: u64) -> impl Iterator<Item = NodeRef> {
    let mut position = start;
    (0..64_u8).rev().filter(move |level| size >> level & 1 == 1).map(move |level| {
        let index = position >> level;
        position += 1 << level;
        NodeRef { level, index }
    })
}

/// Joins the nodes of a [`cover`] (left first) into the hash of the subtree over them.
fn fold(hashes: impl DoubleEndedIterator<Item = Hash>) -> Option<Hash> {
    hashes.rev().reduce(|right, left| node_hash(&left, &right))
}

/// The nodes that a [`Frontier`] of `size` leaves is made of, in the order that
/// [`Frontier::from_parts`] takes them: for a frontier, or the root of an older tree, out of the store.
pub fn frontier_nodes(size: u64) -> Vec<NodeRef> {
    cover(0, size).collect()
}

/// The right edge of a tree: all that is needed to append to it and to know its root.
///
/// It keeps the roots of the complete subtrees that the tree divides into, one for each bit that is set
/// in its size, the largest (leftmost) first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The frontier of a tree without leaves.
    pub const fn new() -> Self {
        Self { size: 0, hashes: Vec::new() }
    }

    /// A frontier out of its parts: the number of leaves, and the hashes of [`frontier_nodes`].
    pub fn from_parts(size: u64, hashes: Vec<Hash>) -> Result<Self, MerkleError> {
        let fits = size <= MAX_SIZE && usize::try_from(size.count_ones()) == Ok(hashes.len());
        if fits { Ok(Self { size, hashes }) } else { Err(MerkleError::MalformedFrontier) }
    }

    /// The size in 8 bytes, big-endian, then the hashes. Read back by [`Frontier::from_bytes`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.hashes.as_flattened());
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MerkleError> {
        let (size, hashes) = bytes.split_first_chunk().ok_or(MerkleError::MalformedFrontier)?;
        let (hashes, rest) = hashes.as_chunks();
        if !rest.is_empty() {
            return Err(MerkleError::MalformedFrontier);
        }
        Self::from_parts(u64::from_be_bytes(*size), hashes.to_vec())
    }

    /// The number of leaves.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree (RFC 6962, section 2.1).
    pub fn root(&self) -> Hash {
        fold(self.hashes.iter().copied()).unwrap_or_else(empty_root)
    }

    /// Appends the hash of a leaf, and gives back the interior nodes (level 1 and up) that this leaf
    /// made complete, lowest first, as `(level, index, hash)`: they are final, so a store saves them,
    /// with the leaf's own hash as node `size` of level 0.
    pub fn append(&mut self, leaf: Hash) -> Vec<(u8, u64, Hash)> {
        let mut completed = Vec::new();
        let (mut level, mut index, mut hash) = (0, self.size, leaf);
        while index & 1 == 1
            && let Some(left) = self.hashes.pop()
        {
            hash = node_hash(&left, &hash);
            level += 1;
            index >>= 1;
            completed.push((level, index, hash));
        }
        self.hashes.push(hash);
        self.size += 1;
        completed
    }
}

/// How to make a proof out of complete nodes: each entry of the proof is one subtree, given as the
/// nodes that cover it. Only one entry, on the right edge, can take more than one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPlan {
    entries: Vec<Vec<NodeRef>>,
}

impl ProofPlan {
    /// The plan whose entries are the subtrees over `(start, size)`, given from the root down.
    fn from_root_down(subtrees: Vec<(u64, u64)>) -> Self {
        let entries = subtrees.into_iter().rev().map(|(start, size)| cover(start, size).collect()).collect();
        Self { entries }
    }

    /// Every node that [`ProofPlan::build`] will ask for, each once.
    pub fn nodes(&self) -> impl Iterator<Item = NodeRef> + '_ {
        self.entries.iter().flatten().copied()
    }

    /// The number of hashes in the proof.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether the proof is empty, as that of the only leaf is.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Makes the proof, given the hash of a node by its level and index.
    pub fn build(&self, mut get: impl FnMut(u8, u64) -> Option<Hash>) -> Result<Vec<Hash>, MerkleError> {
        let mut fetch = |node: &NodeRef| get(node.level, node.index).ok_or(MerkleError::MissingNode(*node));
        self.entries
            .iter()
            .map(|nodes| {
                let hashes = nodes.iter().map(&mut fetch).collect::<Result<Vec<_>, _>>()?;
                Ok(fold(hashes.into_iter()).unwrap_or_else(empty_root))
            })
            .collect()
    }
}

/// Where RFC 6962 splits `size` leaves (at least 2): the largest power of two smaller than `size`.
const fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// The plan of the proof that a leaf is in a tree: PATH of RFC 6962, section 2.1.1.
pub fn inclusion_proof_nodes(leaf_index: u64, tree_size: u64) -> Result<ProofPlan, MerkleError> {
    if leaf_index >= tree_size {
        return Err(MerkleError::LeafOutOfRange { leaf_index, tree_size });
    }
    let (mut start, mut size) = (0, tree_size);
    let mut siblings = Vec::new();
    while size > 1 {
        let left = split(size);
        if leaf_index < start + left {
            siblings.push((start + left, size - left));
            size = left;
        } else {
            siblings.push((start, left));
            start += left;
            size -= left;
        }
    }
    Ok(ProofPlan::from_root_down(siblings))
}

/// The plan of the proof that a tree of `old_size` leaves is the beginning of one of `new_size`: PROOF
/// of RFC 6962, section 2.1.2. It is empty where there is nothing to prove: the sizes are equal, or the
/// older tree has no leaves.
pub fn consistency_proof_nodes(old_size: u64, new_size: u64) -> Result<ProofPlan, MerkleError> {
    if old_size > new_size {
        return Err(MerkleError::SizesOutOfOrder { old_size, new_size });
    }
    if old_size == 0 || old_size == new_size {
        return Ok(ProofPlan { entries: Vec::new() });
    }
    let (mut start, mut size) = (0, new_size);
    let mut subtrees = Vec::new();
    while start + size != old_size {
        let left = split(size);
        if old_size <= start + left {
            subtrees.push((start + left, size - left));
            size = left;
        } else {
            subtrees.push((start, left));
            start += left;
            size -= left;
        }
    }
    // The subtree that the old tree ends with; where it is the whole old tree, its root is known.
    if start != 0 {
        subtrees.push((start, size));
    }
    Ok(ProofPlan::from_root_down(subtrees))
}

/// Goes up from the right edge to the next node that is a right child or the root of the left part:
/// "right-shift fn and sn equally until LSB(fn) is set or fn is 0" of RFC 9162.
fn climb(node: &mut u64, last: &mut u64) {
    while *node & 1 == 0 && *node != 0 {
        *node >>= 1;
        *last >>= 1;
    }
}

/// Whether `proof` shows that `leaf_hash` is leaf `index` of the tree with this size and root (RFC 9162,
/// section 2.1.3.2).
pub fn verify_inclusion(leaf_hash: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last, mut hash) = (index, size - 1, *leaf_hash);
    for sibling in proof {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            climb(&mut node, &mut last);
        } else {
            hash = node_hash(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// Whether `proof` shows that the tree of `old_size` and `old_root` is the beginning of the tree of
/// `new_size` and `new_root` (RFC 9162, section 2.1.4.2). Equal sizes take equal roots, a tree without
/// leaves is the beginning of any, and both take an empty proof.
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    proof: &[Hash],
    old_root: &Hash,
    new_root: &Hash,
) -> bool {
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root && (old_size != 0 || *old_root == empty_root());
    }
    if old_size == 0 {
        return proof.is_empty() && *old_root == empty_root();
    }
    // A complete old tree is itself the first subtree: its hash is known, so the proof leaves it out.
    let mut path = iter::once(old_root).take(usize::from(old_size.is_power_of_two())).chain(proof);
    let Some(first) = path.next() else { return false };
    let (mut node, mut last) = (old_size - 1, new_size - 1);
    let shift = node.trailing_ones();
    (node, last) = (node >> shift, last >> shift);
    let (mut old_hash, mut new_hash) = (*first, *first);
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node & 1 == 1 || node == last {
            old_hash = node_hash(sibling, &old_hash);
            new_hash = node_hash(sibling, &new_hash);
            climb(&mut node, &mut last);
        } else {
            new_hash = node_hash(&new_hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && old_hash == *old_root && new_hash == *new_root
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The eight leaves that certificate-transparency's tests use.
    const LEAVES: [&str; 8] =
        ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
    /// The roots of the trees of the first 1, 2, … 8 of them.
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn bytes(hex: &str) -> Vec<u8> {
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect()
    }

    fn hash(hex: &str) -> Hash {
        bytes(hex).try_into().unwrap()
    }

    /// The hash of a complete node over the eight leaves, computed anew.
    fn node(level: u8, index: u64) -> Option<Hash> {
        if level == 0 {
            let leaf = LEAVES.get(usize::try_from(index).unwrap())?;
            return Some(leaf_hash(&bytes(leaf)));
        }
        Some(node_hash(&node(level - 1, index * 2)?, &node(level - 1, index * 2 + 1)?))
    }

    fn inclusion(index: u64, size: u64) -> Vec<Hash> {
        inclusion_proof_nodes(index, size).unwrap().build(node).unwrap()
    }

    fn consistency(old: u64, new: u64) -> Vec<Hash> {
        consistency_proof_nodes(old, new).unwrap().build(node).unwrap()
    }

    #[test]
    fn the_hashes_are_those_of_rfc_6962() {
        assert_eq!(empty_root(), hash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        assert_eq!(
            leaf_hash(b"L123456"),
            hash("395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
        );
    }

    #[test]
    fn the_roots_are_those_of_certificate_transparency() {
        let mut frontier = Frontier::new();
        assert_eq!(frontier.root(), empty_root());
        for (leaf, root) in LEAVES.iter().zip(ROOTS) {
            frontier.append(leaf_hash(&bytes(leaf)));
            assert_eq!(frontier.root(), hash(root));
            assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Ok(frontier.clone()));
        }
    }

    #[test]
    fn the_inclusion_proofs_are_those_of_certificate_transparency() {
        assert!(inclusion(0, 1).is_empty());
        assert_eq!(
            inclusion(5, 8),
            [
                hash("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
                hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            ]
        );
        assert_eq!(
            inclusion(2, 3),
            [hash("fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125")]
        );
    }

    #[test]
    fn the_consistency_proofs_are_those_of_certificate_transparency() {
        assert!(consistency(1, 1).is_empty());
        assert_eq!(
            consistency(6, 8),
            [
                hash("0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"),
                hash("ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"),
                hash("d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"),
            ]
        );
        assert_eq!(
            consistency(2, 5),
            [
                hash("5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"),
                hash("bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"),
            ]
        );
    }

    #[test]
    fn every_proof_within_the_eight_leaves_holds() {
        for size in 1..=8 {
            let root = hash(ROOTS[size - 1]);
            let size = size as u64;
            for index in 0..size {
                let leaf = node(0, index).unwrap();
                assert!(verify_inclusion(&leaf, index, size, &inclusion(index, size), &root));
                let old_root = hash(ROOTS[usize::try_from(index).unwrap()]);
                assert!(verify_consistency(index + 1, size, &consistency(index + 1, size), &old_root, &root));
            }
        }
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert!(inclusion_proof_nodes(0, 0).is_err());
        assert!(inclusion_proof_nodes(8, 8).is_err());
        assert!(consistency_proof_nodes(9, 8).is_err());
        assert!(!verify_inclusion(&[0; 32], 0, 0, &[], &empty_root()));
        assert!(!verify_consistency(0, 0, &[], &[1; 32], &[1; 32]));
        assert!(verify_consistency(0, 5, &[], &empty_root(), &hash(ROOTS[4])));
        assert!(Frontier::from_parts(3, vec![[0; 32]]).is_err());
        assert!(Frontier::from_parts(u64::MAX, vec![[0; 32]; 64]).is_err());
        assert!(Frontier::from_bytes(&[0; 7]).is_err());
        assert!(Frontier::from_bytes(&[0; 41]).is_err());
        let missing = inclusion_proof_nodes(0, 2).unwrap().build(|_, _| None);
        assert_eq!(missing, Err(MerkleError::MissingNode(NodeRef { level: 0, index: 1 })));
    }
}
