//! Permissions: the catalogue of what can be allowed. Polity's own are fixed; an application registers
//! more, so that its own product's questions are answered by the same engine.

mod get;
mod list;
mod register;
mod view;

pub use get::get;
pub use list::list;
pub use register::{NewPermission, register};
pub use view::PermissionView;
