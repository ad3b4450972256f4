//! Accounts, passwords, registrations, sessions and signing keys.
//!
//! Accounts themselves are made and changed by events, in a unit of work. What stands here beside them
//! changes no right in any organization: it is written outside the ledger, straight on the
//! [`Store`](crate::Store), but for what must happen together with the making of an account, which the
//! [`Writer`](crate::Writer) does in its transaction.
//!
//! Every one-time thing is used up by one conditional UPDATE, and every expiry is judged at use: at
//! `expire_time` a thing is expired.

mod accounts;
mod passwords;
mod refresh;
mod registrations;
pub(crate) mod rows;
mod sessions;
mod signing_keys;
mod sweep;

pub use accounts::Account;
pub use passwords::{PasswordChange, PasswordHash};
pub use refresh::{Refresh, RefreshOutcome};
pub use registrations::Registration;
pub use sessions::{RefreshToken, Session};
pub use signing_keys::SigningKey;
pub use sweep::Swept;
