//! What the audit log tells of an event beside the change itself: what somebody did, to what, in one
//! sentence. And the kinds of events: Polity's own, those that source document 002 names, and those that
//! an application registers for its own product.

mod custom;
mod known;
mod summary;

pub use custom::{AuditAction, CustomEvent, InvalidAction, MAX_ATTRIBUTES, MAX_DESCRIPTION};
pub use known::{KNOWN, KnownAction, Level, OPERATIONS, known, known_as, level, links, own_description};
pub use summary::Summary;

use serde::{Deserialize, Serialize};

/// What an event does to its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Crud {
    /// Something came to be.
    Create,
    /// Something was looked at: only applications record such.
    Read,
    /// Something was changed.
    Update,
    /// Something ended.
    Delete,
}

impl Crud {
    /// The names, as filters and columns write them.
    pub const NAMES: &'static [&'static str] = &["CREATE", "READ", "UPDATE", "DELETE"];

    /// As filters, columns and JSON write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Create => "CREATE",
            Self::Read => "READ",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
        }
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Create, Self::Read, Self::Update, Self::Delete].into_iter().find(|one| one.name() == name)
    }

    /// What one of Polity's own kinds does: told by what stands behind its dot.
    pub fn of_kind(kind: &str) -> Self {
        match kind.rsplit_once('.').map_or(kind, |(_, happened)| happened) {
            "created" | "added" | "registered" | "joined" | "recorded" => Self::Create,
            "deleted" | "removed" | "revoked" | "left" | "purged" => Self::Delete,
            _ => Self::Update,
        }
    }
}
