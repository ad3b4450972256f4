//! Roles: the built-in ones, the organization's own, and those that it inherits from above. Whoever
//! makes, changes or deletes a role must hold all that it allows.

mod clone;
mod create;
mod delete;
mod get;
mod holders;
mod list;
mod rules;
mod titles;
mod update;
mod view;

pub use clone::clone;
pub use create::{NewRole, create};
pub use delete::delete;
pub use get::get;
pub use holders::holders;
pub use list::list;
pub(crate) use list::list_for;
pub(crate) use titles::titles;
pub use update::{RoleUpdate, update};
pub use view::{RoleSource, RoleView};
