//! Groups: making, changing and deleting them, and who is in them. Being in a group is holding what it
//! holds, so nobody puts anybody where they could not grant all of it.

mod add_member;
mod batch_add;
mod batch_remove;
mod create;
mod delete;
mod get;
mod get_member;
mod list;
mod list_members;
mod remove_member;
mod update;

pub use add_member::add_member;
pub use batch_add::batch_add;
pub use batch_remove::batch_remove;
pub use create::{NewGroup, create};
pub use delete::delete;
pub(crate) use delete::ending;
pub use get::get;
pub use get_member::get_member;
pub use list::list;
pub use list_members::list_members;
pub use remove_member::remove_member;
pub use update::update;

use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::GroupId;
use polity_store::Writer;

use crate::AppError;

/// A group with the revision of its last change.
pub type GroupView = (Group, i64);

/// A place in a group with the revision that made it.
pub type GroupMemberView = (GroupMember, i64);

/// The unit's own group with the revision of its last change.
async fn own(unit: &Writer, id: GroupId) -> Result<GroupView, AppError> {
    unit.groups().get(id).await?.ok_or_else(AppError::not_found)
}
