//! The ledger of a tree: every change within a tenant, one leaf after the other, append-only.
//!
//! The leaves are hashed into a Merkle tree as certificate transparency does it ([`merkle`], RFC 6962,
//! section 2.1), so that anyone who holds a leaf can prove that it is in the ledger (inclusion), and
//! anyone who holds an earlier root can prove that nothing before it was changed (consistency). What is
//! handed out to be held is a signed [`checkpoint`]: the name of the ledger, its size and its root.

pub mod checkpoint;
pub mod event;
pub mod leaf;
pub mod merkle;
