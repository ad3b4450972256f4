//! The audit log: what happened, read from the ledger, with proofs that nothing was changed since.

mod checkpoint;
mod consistency;
mod get;
mod inclusion;
mod list;
mod view;

pub use checkpoint::{SignedCheckpoint, checkpoint, verify_checkpoint};
pub use consistency::consistency_proof;
pub use get::get;
pub use inclusion::{Inclusion, Leaf, inclusion_proof};
pub use list::list;
pub use polity_store::ledger::{ConsistencyProof, InclusionPath, PersonalRecord};
pub use view::AuditEvent;
