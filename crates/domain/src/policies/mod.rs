//! Policies: what an organization forbids whatever roles allow, written in Cedar
//! (<https://docs.cedarpolicy.com/policies/syntax-policy.html>).
//!
//! Decision = roles ∧ ¬forbid. Roles alone allow, so a policy's text holds `forbid` and nothing else; one that
//! forbids wins over every role. It holds in its organization and wherever the roles of that one reach.

mod given;
mod question;
#[cfg(feature = "cedar")]
mod schema;
#[cfg(feature = "cedar")]
mod shape;

#[cfg(feature = "cedar")]
mod condition;
#[cfg(feature = "cedar")]
mod engine;
#[cfg(feature = "cedar")]
pub(crate) use condition::Predicate;
#[cfg(feature = "cedar")]
pub use condition::check_condition;
#[cfg(feature = "cedar")]
pub use engine::check;
#[cfg(feature = "cedar")]
pub(crate) use engine::{Rule, Scene};

#[cfg(not(feature = "cedar"))]
mod absent;
#[cfg(not(feature = "cedar"))]
pub(crate) use absent::{Predicate, Rule, Scene};

pub use given::{Given, InvalidGiven};
pub(crate) use question::{Asked, Known, Subject, Verdict};

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, PolicyId};
use crate::permissions::{POLICIES_CREATE, POLICIES_DELETE, POLICIES_READ, POLICIES_UPDATE, PermissionIndex};
use crate::time::Time;

/// The longest text of a policy, in bytes. Cedar has no loops: what an evaluation costs is bounded by the text and
/// by what is handed in.
pub const MOST_BYTES: usize = 8 * 1024;
/// The longest condition of a role assignment, in bytes.
pub const MOST_CONDITION_BYTES: usize = 1024;
/// How many role assignments of an organization may have a condition: each is kept in memory as Cedar reads it.
pub const MOST_CONDITIONS: usize = 1_000;
/// How many policies an organization may have.
pub const MOST: usize = 50;
/// How many bytes of policies may apply in one organization, its own and those from above.
pub const MOST_BYTES_ON_PATH: usize = 64 * 1024;

/// What an organization forbids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    /// Its id.
    pub id: PolicyId,
    /// The organization whose policy it is.
    pub organization_id: OrganizationId,
    /// The display name.
    pub title: String,
    /// Whether it is enforced.
    pub mode: PolicyMode,
    /// One or more `forbid` statements in Cedar.
    pub text: String,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// What comes of a policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyMode {
    /// What it would forbid is counted, and allowed.
    Shadow,
    /// What it forbids is denied.
    Enforce,
}

impl PolicyMode {
    /// Both, as filters write them.
    pub const NAMES: &[&str] = &["SHADOW", "ENFORCE"];

    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shadow => "SHADOW",
            Self::Enforce => "ENFORCE",
        }
    }

    /// By its name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Shadow, Self::Enforce].into_iter().find(|mode| mode.as_str() == name)
    }
}

/// A text that is no policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{detail}", place(*.at))]
pub struct InvalidText {
    /// Line and column, from 1, where that is known.
    pub at: Option<(usize, usize)>,
    /// What is wrong, in Cedar's words where they are.
    pub detail: String,
}

fn place(at: Option<(usize, usize)>) -> String {
    at.map(|(line, column)| format!("line {line}, column {column}: ")).unwrap_or_default()
}

/// There is no room for a policy, or for a longer one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoRoom {
    /// The organization has as many as it may.
    #[error("An organization has at most {MOST} policies.")]
    Policies,
    /// More would apply in it, or in one below, than may.
    #[error(
        "The policies that apply in one organization, its own and those from above, may have {MOST_BYTES_ON_PATH} \
         bytes together; here or below it would be more."
    )]
    Bytes,
}

/// Whether no policy can forbid it: reading and changing the policies themselves, so that nobody shuts out everybody.
pub(crate) fn is_exempt(permission: PermissionIndex) -> bool {
    [POLICIES_READ.index(), POLICIES_CREATE.index(), POLICIES_UPDATE.index(), POLICIES_DELETE.index()]
        .contains(&permission)
}
