//! Access: may this principal do this here, and why? Answered from the snapshot in memory; on SQLite no
//! statement runs, on PostgreSQL the one that reads the ledger's head.
//!
//! Everybody may ask about themselves wherever they have a part; about others, whoever holds
//! `access.check` (to explain, `access.explain`) there. An organization that the asker may not know of
//! is not there.

mod batch_check;
mod check;
mod diff;
mod explain;
mod list_permissions;
mod list_principals;
mod list_resources;
mod pages;
mod question;

pub use batch_check::{Answers, batch_check};
pub(crate) use check::answer;
pub use check::{Answer, check};
pub use diff::{Changed, End, diff};
pub use explain::{Explained, explain};
pub use list_permissions::{Holder, list_permissions};
pub use list_principals::{Doable, list_principals};
pub use list_resources::{Doer, list_resources};
pub(crate) use question::{Asker, check_resource};
pub use question::{At, AtLeast, ORGANIZATION, Question};
