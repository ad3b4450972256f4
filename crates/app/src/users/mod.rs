//! Users as an organization sees them (source document 004): its members, by name and address.

mod get;
mod list;
mod roles;
mod view;

pub use get::get;
pub use list::list;
pub use view::UserView;
