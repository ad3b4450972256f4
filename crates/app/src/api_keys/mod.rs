//! API keys: making, changing, ending and verifying them.

mod authenticate;
mod check;
mod create;
mod get;
mod homes;
mod list;
mod rates;
mod retire_old_secret;
mod revoke;
mod rotate;
mod secret;
mod update;
mod uses;
mod verify;
mod view;

pub(crate) use authenticate::{Presented, authenticate, authenticate_within};
pub use create::{NewApiKey, create};
pub use get::get;
pub use homes::Homes;
pub use list::list;
pub use rates::Rates;
pub use retire_old_secret::retire_old_secret;
pub use revoke::revoke;
pub use rotate::rotate;
pub use update::{ApiKeyPatch, update};
pub use uses::Uses;
pub use verify::{Verification, Verified, verify};
pub use view::{ApiKeyView, NewSecret, SecretView};
