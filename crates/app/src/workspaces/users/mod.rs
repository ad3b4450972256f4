//! The people of a workspace: members of the organization who hold a role on it.

mod add;
mod get;
mod list;
mod plan;
mod remove;
mod update;
mod view;

pub use add::add;
pub use get::get;
pub use list::list;
pub use remove::remove;
pub use update::update;
pub use view::WorkspaceUser;

use polity_domain::ids::{OrganizationId, UserId, WorkspaceId};

/// Names a person of a workspace.
#[derive(Debug, Clone, Copy)]
pub struct UserOf {
    /// The organization.
    pub organization: OrganizationId,
    /// Its workspace.
    pub workspace: WorkspaceId,
    /// The person.
    pub user: UserId,
}
