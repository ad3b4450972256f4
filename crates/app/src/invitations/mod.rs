//! Invitations: asking people in by mail, and their answers.

mod accept;
mod batch;
mod create;
mod decline;
mod get;
mod list;
mod lookup;
mod mine;
mod open;
mod redirect;
mod resend;
mod revoke;
mod token;
mod update;
mod view;

pub use accept::{Accepted, NewAccount, accept};
pub use batch::{BatchItem, batch_create, batch_delete};
pub use create::{NewInvitation, create};
pub(crate) use create::{check_domain, check_ttl, check_workspace, offered};
pub use decline::decline;
pub use get::get;
pub use list::{list, list_on};
pub use lookup::{Lookup, lookup};
pub use mine::mine;
pub use resend::resend;
pub use revoke::revoke;
pub use token::Handle;
pub use update::{InvitationUpdate, update};
pub(crate) use view::{Beside, beside};
pub use view::{Delivery, InvitationView, view, views};
