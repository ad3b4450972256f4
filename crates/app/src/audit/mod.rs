//! The audit log: what happened, read from the ledger, with proofs that nothing was changed since.

mod actions;
mod checkpoint;
mod consistency;
mod export;
mod get;
mod inclusion;
mod list;
mod record;
mod register;
mod user_actions;
mod view;

pub use actions::{ActionSource, ActionView, get_action, list_actions};
pub use checkpoint::{SignedCheckpoint, checkpoint, verify_checkpoint};
pub use consistency::consistency_proof;
pub(crate) use export::Turns;
pub use export::{Export, Pages, export};
pub use get::get;
pub use inclusion::{Inclusion, Leaf, inclusion_proof};
pub use list::{AuditPage, Selection, list};
pub use polity_store::ledger::{ConsistencyProof, InclusionPath, PersonalRecord};
pub use record::{NewRecord, record};
pub use register::{NewAction, register};
pub use user_actions::{UserAction, UserActionPage, UserActionQuery, user_actions};
pub use view::AuditEvent;
