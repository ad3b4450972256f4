//! The Merkle tree against RFC 6962's definitions, written down naively.

use polity_domain::ledger::merkle::{
    Frontier, Hash, NodeRef, ProofPlan, consistency_proof_nodes, empty_root, frontier_nodes,
    inclusion_proof_nodes, leaf_hash, node_hash, verify_consistency, verify_inclusion,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// MTH of RFC 6962, section 2.1, over leaf hashes.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// PATH of RFC 6962, section 2.1.1.
fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    let (mut path, sibling) = if index < split {
        (naive_path(index, left), naive_root(right))
    } else {
        (naive_path(index - split, right), naive_root(left))
    };
    path.push(sibling);
    path
}

/// SUBPROOF of RFC 6962, section 2.1.2.
fn naive_subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![naive_root(leaves)] };
    }
    let split = leaves.len().next_power_of_two() / 2;
    let (left, right) = leaves.split_at(split);
    let (mut proof, sibling) = if old <= split {
        (naive_subproof(old, left, whole), naive_root(right))
    } else {
        (naive_subproof(old - split, right, false), naive_root(left))
    };
    proof.push(sibling);
    proof
}

/// A tree as a store keeps it: its frontier, and every node it was told to save.
#[derive(Default)]
struct Stored {
    frontier: Frontier,
    leaves: Vec<Hash>,
    nodes: BTreeMap<NodeRef, Hash>,
}

impl Stored {
    fn of(size: usize) -> Self {
        let mut tree = Self::default();
        for number in 0..size {
            let leaf = leaf_hash(&number.to_be_bytes());
            let index = tree.frontier.size();
            for (level, index, hash) in tree.frontier.append(leaf) {
                assert!(level > 0);
                assert_eq!(tree.nodes.insert(NodeRef { level, index }, hash), None, "saved once only");
            }
            tree.nodes.insert(NodeRef { level: 0, index }, leaf);
            tree.leaves.push(leaf);
        }
        tree
    }

    /// Fetches what the plan asks for beforehand, then builds from that alone.
    fn prove(&self, plan: &ProofPlan) -> Vec<Hash> {
        let wanted: BTreeSet<NodeRef> = plan.nodes().collect();
        assert_eq!(wanted.len(), plan.nodes().count(), "each node once");
        let height = self.leaves.len().next_power_of_two().ilog2() as usize;
        assert!(wanted.len() <= 2 * height + 1, "logarithmic");
        let fetched: BTreeMap<_, _> = wanted.iter().map(|node| (*node, self.nodes[node])).collect();
        let proof = plan.build(|level, index| fetched.get(&NodeRef { level, index }).copied());
        assert_eq!(proof.as_ref().map(Vec::len), Ok(plan.len()));
        proof.unwrap_or_default()
    }
}

/// Every way to change one bit of a hash at `at`, or the whole list by one entry.
fn changed(proof: &[Hash], bit: usize) -> Vec<Vec<Hash>> {
    let mut all: Vec<Vec<Hash>> = (0..proof.len())
        .map(|at| {
            let mut proof = proof.to_vec();
            flip(&mut proof[at], bit);
            proof
        })
        .collect();
    all.extend((0..proof.len()).map(|at| [&proof[..at], &proof[at + 1..]].concat()));
    all.extend(
        (0..=proof.len()).map(|at| [&proof[..at], &[[bit.to_le_bytes()[0]; 32]], &proof[at..]].concat()),
    );
    all
}

fn flip(hash: &mut Hash, bit: usize) {
    hash[bit / 8 % 32] ^= 1 << (bit % 8);
}

fn flipped(mut hash: Hash, bit: usize) -> Hash {
    flip(&mut hash, bit);
    hash
}

proptest! {
    #[test]
    fn a_frontier_s_root_is_that_of_the_naive_tree(size in 0_usize..300) {
        let tree = Stored::of(size);
        prop_assert_eq!(tree.frontier.root(), naive_root(&tree.leaves));
        prop_assert_eq!(&Frontier::from_bytes(&tree.frontier.to_bytes()).unwrap(), &tree.frontier);
        let hashes = frontier_nodes(tree.frontier.size()).iter().map(|node| tree.nodes[node]).collect();
        prop_assert_eq!(Frontier::from_parts(tree.frontier.size(), hashes).unwrap(), tree.frontier);
    }

    #[test]
    fn an_inclusion_proof_is_the_naive_one_and_holds_until_it_is_changed(
        size in 1_usize..300, index in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let tree = Stored::of(size);
        let index = index.index(size);
        let (leaf, root) = (tree.leaves[index], tree.frontier.root());
        let (at, total) = (index as u64, size as u64);
        let proof = tree.prove(&inclusion_proof_nodes(at, total).unwrap());
        prop_assert_eq!(&proof, &naive_path(index, &tree.leaves));
        prop_assert!(verify_inclusion(&leaf, at, total, &proof, &root));
        prop_assert!(!verify_inclusion(&flipped(leaf, bit), at, total, &proof, &root));
        prop_assert!(!verify_inclusion(&leaf, at, total, &proof, &flipped(root, bit)));
        prop_assert!(!verify_inclusion(&leaf, total, total, &proof, &root));
        for other in (0..total).filter(|other| *other != at) {
            prop_assert!(!verify_inclusion(&leaf, other, total, &proof, &root));
        }
        for changed in changed(&proof, bit) {
            prop_assert!(!verify_inclusion(&leaf, at, total, &changed, &root));
        }
    }

    #[test]
    fn a_consistency_proof_is_the_naive_one_and_holds_until_it_is_changed(
        new in 1_usize..300, old in any::<prop::sample::Index>(), bit in 0_usize..256,
    ) {
        let tree = Stored::of(new);
        let old = old.index(new) + 1;
        let (old_root, new_root) = (naive_root(&tree.leaves[..old]), tree.frontier.root());
        let (older, newer) = (old as u64, new as u64);
        let proof = tree.prove(&consistency_proof_nodes(older, newer).unwrap());
        prop_assert_eq!(&proof, &naive_subproof(old, &tree.leaves, true));
        prop_assert!(verify_consistency(older, newer, &proof, &old_root, &new_root));
        prop_assert!(!verify_consistency(older, newer, &proof, &flipped(old_root, bit), &new_root));
        prop_assert!(!verify_consistency(older, newer, &proof, &old_root, &flipped(new_root, bit)));
        prop_assert!(!verify_consistency(newer + 1, newer, &proof, &old_root, &new_root));
        for changed in changed(&proof, bit) {
            prop_assert!(!verify_consistency(older, newer, &changed, &old_root, &new_root));
        }
    }

    #[test]
    fn any_size_has_small_plans(size in 1..=u64::MAX, index in any::<u64>()) {
        let plan = inclusion_proof_nodes(index % size, size).unwrap();
        prop_assert!(plan.len() <= 64 && plan.nodes().count() <= 127);
        let plan = consistency_proof_nodes(index % size, size).unwrap();
        prop_assert!(plan.len() <= 65 && plan.nodes().count() <= 128);
    }

    #[test]
    fn a_verifier_answers_whatever_it_is_given(
        old in any::<u64>(), new in any::<u64>(), proof in prop::collection::vec(any::<Hash>(), 0..70),
    ) {
        prop_assert!(!verify_inclusion(&[1; 32], old, new, &proof, &[2; 32]));
        prop_assert!(!verify_consistency(old, new, &proof, &[1; 32], &[2; 32]));
    }

    #[test]
    fn a_frontier_is_read_from_its_own_bytes_only(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
        }
    }
}

#[test]
fn every_single_bit_of_a_proof_counts() {
    let tree = Stored::of(13);
    let root = tree.frontier.root();
    let inclusion = tree.prove(&inclusion_proof_nodes(9, 13).unwrap());
    let consistency = tree.prove(&consistency_proof_nodes(6, 13).unwrap());
    let old_root = naive_root(&tree.leaves[..6]);
    for bit in 0..256 {
        for proof in changed(&inclusion, bit) {
            assert!(!verify_inclusion(&tree.leaves[9], 9, 13, &proof, &root));
        }
        for proof in changed(&consistency, bit) {
            assert!(!verify_consistency(6, 13, &proof, &old_root, &root));
        }
        assert!(!verify_inclusion(&flipped(tree.leaves[9], bit), 9, 13, &inclusion, &root));
        assert!(!verify_inclusion(&tree.leaves[9], 9, 13, &inclusion, &flipped(root, bit)));
        assert!(!verify_consistency(6, 13, &consistency, &flipped(old_root, bit), &root));
        assert!(!verify_consistency(6, 13, &consistency, &old_root, &flipped(root, bit)));
    }
}
