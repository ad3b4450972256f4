//! Members: the people of an organization, with the roles that they hold there and inherit from
//! above. The organization owns the membership, never the account.

mod add;
mod batch_delete;
mod batch_update;
mod effective_permissions;
mod get;
mod joining;
mod leave;
mod list;
pub mod ownership_transfers;
mod remove;
mod update;
mod view;

pub use add::{NewMember, add};
pub use batch_delete::batch_delete;
pub use batch_update::{BatchRows, MemberRow, batch_update};
pub(crate) use effective_permissions::effective;
pub use effective_permissions::{EffectivePermission, effective_permissions};
pub use get::get;
pub(crate) use joining::{Offer, check_sponsor, check_there, joining};
pub use leave::leave;
pub use list::list;
pub use remove::remove;
pub use update::{MemberUpdate, update};
pub use view::MemberView;
