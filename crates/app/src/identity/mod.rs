//! Accounts and sessions: registering, proving an address, signing in and out.

mod bootstrap;
mod credentials;
mod limits;
mod login;
mod logout;
mod me;
mod refresh;
mod register;
mod session;
pub mod signing_keys;
mod verify;

pub use bootstrap::{FirstAdministrator, bootstrap, bootstrap_token, create_administrator, found_instance};
pub use credentials::NewCredentials;
pub(crate) use limits::{Attempt, spend_mail, too_many_mails};
pub use login::login;
pub use logout::logout;
pub use me::me;
pub use refresh::refresh;
pub use register::{Registration, register};
pub use session::SignedIn;
pub(crate) use session::{NewSession, sign_in};
pub use verify::verify_email;
