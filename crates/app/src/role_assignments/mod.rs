//! Role assignments: who holds which role where, on a whole organization, on one workspace or on
//! one of an application's resources. Nobody grants more than they hold, and nobody takes from those who hold
//! more than they do.

mod batch;
mod condition;
mod create;
mod delete;
mod get;
mod list;
mod rules;

pub use batch::{AssignmentBatch, batch};
pub use create::{NewAssignment, create};
pub use delete::delete;
pub use get::get;
pub use list::list;
pub(crate) use rules::{
    assignment, check_conditions_room, check_end, check_offer, check_open, check_personal, check_roles,
    check_roles_on, check_there, check_unconditional, rights, split,
};

use polity_domain::roles::RoleAssignment;

/// An assignment with the revision that made it.
pub type AssignmentView = (RoleAssignment, i64);
