//! Access: may this principal do this here, and why? Answered from the snapshot in memory; on SQLite no
//! statement runs, on PostgreSQL the one that reads the ledger's head.
//!
//! Everybody may ask about themselves wherever they have a part; about others, whoever holds
//! `access.check` (to explain, `access.explain`) there. An organization that the asker may not know of
//! is not there.

mod batch_check;
mod bundle;
mod check;
mod diff;
mod evaluate;
mod evaluate_all;
mod events;
mod explain;
mod followers;
mod list_permissions;
mod list_principals;
mod list_resources;
mod list_unused;
mod pages;
mod question;
mod unused;
mod uses;
mod write_uses;

pub use batch_check::{Answers, batch_check};
pub use bundle::{Bundle, Fetched, bundle};
pub(crate) use check::answer;
pub use check::{Answer, check};
pub use diff::{Changed, End, diff};
pub use evaluate::{Evaluated, Evaluation, evaluate};
pub use evaluate_all::{Until, evaluate_all};
pub use events::{Told, events};
pub use explain::{Explained, explain};
pub(crate) use followers::Followers;
pub use list_permissions::{Holder, list_permissions};
pub use list_principals::{Doable, list_principals};
pub use list_resources::{Doer, list_resources};
pub use list_unused::{DEFAULT_DAYS, list_unused};
pub(crate) use question::{Asker, check_resource, is_registered};
pub use question::{At, AtLeast, ORGANIZATION, Question};
pub use unused::{Broad, Unused};
pub use uses::Uses;
pub use write_uses::{flush_uses, sweep_uses};
