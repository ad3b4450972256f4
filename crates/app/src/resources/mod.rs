//! An application's resources: which are registered, and what each stands below. Roles that are held on what is above
//! one reach it, so whoever registers and moves them decides who may do what on them.

mod delete;
mod get;
mod list;
mod put;

pub use delete::delete;
pub(crate) use delete::ending;
pub use get::get;
pub use list::list;
pub use put::{Place, Put, put};

use polity_domain::resources::Resource;

/// A resource with the revision of its last change.
pub type ResourceView = (Resource, i64);
