//! Invite links: whoever holds one joins, as often as it was made for.

mod create;
mod get;
mod join;
mod list;
mod lookup;
mod revoke;
mod token;
mod view;

pub use create::{MadeInviteLink, NewInviteLink, create};
pub use get::get;
pub use join::{JoinedByLink, join};
pub use list::list;
pub use lookup::{LinkLookup, lookup};
pub use revoke::revoke;
pub use view::InviteLinkView;
