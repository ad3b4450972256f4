//! Access decisions: pure, in memory, at a known revision.
//!
//! A [`Snapshot`] holds what decides access in one tree. It answers [`Snapshot::check`], lists a
//! principal's permissions with the paths they come by, explains an answer, and says who may grant
//! what. It changes only by [`Snapshot::apply`], with the events of the tree's ledger. Outside of Polity
//! it lives on as a [`bundle`].

mod acting;
pub mod bundle;
mod circumstances;
mod conditional;
mod decide;
mod difference;
mod explain;
mod fold;
mod governing;
mod grants;
mod grouped;
mod held;
mod layered;
mod moves;
mod permit;
mod placed;
mod places;
mod public;
mod purge;
mod search;
mod shortcuts;
mod slots;
mod snapshot;
mod sorted;
mod standing;
mod support;
mod uses;

pub use circumstances::Circumstances;
pub use conditional::UnmetCondition;
pub use decide::{Decision, Denial, Ground};
pub use difference::{Difference, PermissionChange, Room};
pub use explain::{Explanation, Path, Remedy};
pub use governing::ForbiddenBy;
pub use grants::NotGrantable;
pub use grouped::InGroup;
pub use held::RoleHeld;
pub use moves::MoveRefused;
pub use permit::{Forbidden, Permit};
pub use search::Reach;
pub use snapshot::{Node, Snapshot};
pub use uses::{Day, InvalidSketch, PermissionPrint, REMEMBERED_DAYS, UseSketch};
