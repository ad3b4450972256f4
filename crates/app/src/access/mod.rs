//! Access: may this principal do this here, and why? Answered from the snapshot in memory; on SQLite no
//! statement runs, on PostgreSQL the one that reads the ledger's head.
//!
//! Everybody may ask about themselves wherever they have a part; about others, whoever holds
//! `access.check` (to explain, `access.explain`) there. An organization that the asker may not know of
//! is not there.

mod batch_check;
mod check;
mod explain;
mod list_permissions;
mod question;

pub use batch_check::{Answers, batch_check};
pub use check::{Answer, check};
pub use explain::{Explained, explain};
pub use list_permissions::{Holder, list_permissions};
pub(crate) use question::check_resource;
pub use question::{AtLeast, ORGANIZATION, Question};
