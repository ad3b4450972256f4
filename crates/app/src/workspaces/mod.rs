//! Workspaces: the parts that an organization is divided into, and the people who hold roles on them.
//! Whoever holds a right in the whole organization holds it on each of its workspaces; a role that is held
//! on one workspace reaches nothing else.

mod batch_create;
mod clone;
mod count_users;
mod create;
mod delete;
mod fields;
mod get;
mod list;
mod mine;
mod preferences;
mod purge;
mod roles;
mod settings;
mod undelete;
mod update;
pub mod users;
mod view;

pub use batch_create::batch_create;
pub use clone::{Clone, clone};
pub use count_users::count_users;
pub use create::create;
pub use delete::delete;
pub use fields::NewWorkspace;
pub use get::get;
pub use list::list;
pub use mine::mine;
pub use preferences::{WorkspacePreferencesView, preferences, update_preferences};
pub use purge::purge_due;
pub use roles::roles;
pub use settings::update_settings;
pub use undelete::undelete;
pub use update::{WorkspaceUpdate, update};
pub use view::WorkspaceView;
