//! Support access: an organization lets the platform's staff in, for a while, as far as it says, and for a
//! reason. Without such a grant they are strangers there: nothing inherits from the root.
//!
//! ```text
//! ACTIVE ──► REVOKED    (by the organization, or because it lets the support team in no longer)
//!    └─(time)─► EXPIRED
//! ```

mod rights;

pub use rights::{READ_ONLY, READ_WRITE};

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, SupportAccessGrantId, UserId, WorkspaceId};
use crate::roles::{Principal, ResourceRef};
use crate::time::Time;

/// The shortest life of a grant: less is over before anybody can use it.
pub const SHORTEST_SECONDS: i64 = 60;
/// How many workspaces a grant can name.
pub const MOST_WORKSPACES: usize = 100;

/// Leave for the platform's staff to go into an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportAccessGrant {
    /// Its id.
    pub id: SupportAccessGrantId,
    /// The organization that lets them in.
    pub organization_id: OrganizationId,
    /// How far.
    pub scope: SupportScope,
    /// What they may do there.
    pub access: SupportAccess,
    /// Only this person; none: whoever of the staff may go into organizations.
    pub user_id: Option<UserId>,
    /// What for, in the organization's words.
    pub reason: String,
    /// Who made it.
    pub creator: Principal,
    /// Whether it was ended before its time.
    pub ended: Option<SupportAccessEnded>,
    /// When it was made.
    pub create_time: Time,
    /// When it ends by itself; judged at use.
    pub expire_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// How far a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum SupportScope {
    /// The whole organization.
    Organization {
        /// Also those below, by edges that inherit roles, as far as each lets the support team in itself.
        descendants: bool,
    },
    /// Some of its workspaces, and nothing else of it.
    Workspaces {
        /// Which.
        workspace_ids: BTreeSet<WorkspaceId>,
    },
}

/// What a grant lets do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SupportAccess {
    /// Look: [`READ_ONLY`].
    ReadOnly,
    /// Mend as well: [`READ_WRITE`].
    ReadWrite,
}

/// That and why a grant was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SupportAccessEnded {
    /// Why.
    pub reason: EndReason,
    /// When.
    pub end_time: Time,
}

/// Why a grant was ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum EndReason {
    /// Somebody of the organization took it back.
    Revoked,
    /// The organization lets the support team in no longer.
    PreferenceOff,
}

/// Where a grant stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SupportAccessState {
    /// It lets in.
    Active,
    /// Its time is over.
    Expired,
    /// It was ended before its time.
    Revoked,
}

/// A grant that has ended was to be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the grant is {}, not ACTIVE", .0.as_str())]
pub struct NotActive(pub SupportAccessState);

impl SupportAccess {
    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "READ_ONLY",
            Self::ReadWrite => "READ_WRITE",
        }
    }
}

impl EndReason {
    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "REVOKED",
            Self::PreferenceOff => "PREFERENCE_OFF",
        }
    }
}

impl SupportAccessState {
    /// Every state, as filters write it.
    pub const NAMES: &[&str] = &["ACTIVE", "EXPIRED", "REVOKED"];

    /// As the JSON writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Expired => "EXPIRED",
            Self::Revoked => "REVOKED",
        }
    }
}

impl SupportScope {
    /// Whether what is asked about is within it: the organization as a whole, or a resource in it.
    pub fn covers(&self, resource: Option<&ResourceRef>) -> bool {
        match self {
            Self::Organization { .. } => true,
            Self::Workspaces { workspace_ids } => {
                let workspace = resource.and_then(ResourceRef::as_workspace);
                workspace.is_some_and(|id| workspace_ids.contains(&id))
            }
        }
    }

    /// The workspaces that it is about; none: the whole organization.
    pub const fn workspaces(&self) -> Option<&BTreeSet<WorkspaceId>> {
        match self {
            Self::Organization { .. } => None,
            Self::Workspaces { workspace_ids } => Some(workspace_ids),
        }
    }

    /// Whether it reaches below the organization.
    pub const fn descendants(&self) -> bool {
        matches!(self, Self::Organization { descendants: true })
    }
}

impl SupportAccessGrant {
    /// Where it stands at `now`. At the very moment of `expire_time` it is over.
    pub fn state(&self, now: Time) -> SupportAccessState {
        if self.ended.is_some() {
            SupportAccessState::Revoked
        } else if now >= self.expire_time {
            SupportAccessState::Expired
        } else {
            SupportAccessState::Active
        }
    }

    /// Whether it lets `user`, who is of the staff, into its own organization (`here`) or into one below it.
    /// `since` is the moment from which on all organizations on the way let the support team in: whoever stops
    /// that stops what was granted before for good.
    pub fn lets_in(&self, user: UserId, here: bool, since: Time, now: Time) -> bool {
        self.state(now) == SupportAccessState::Active
            && self.create_time >= since
            && self.user_id.is_none_or(|named| named == user)
            && (here || self.scope.descendants())
    }

    /// Ends it for good, before its time.
    pub fn end(&self, reason: EndReason, now: Time) -> Result<Self, NotActive> {
        match self.state(now) {
            SupportAccessState::Active => Ok(Self {
                ended: Some(SupportAccessEnded { reason, end_time: now }),
                update_time: now,
                ..self.clone()
            }),
            other => Err(NotActive(other)),
        }
    }
}
