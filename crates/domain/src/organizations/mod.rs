//! The tree: organizations, the edges between them, and what stops them.

mod fields;
mod profile;
mod purged;

pub use fields::{
    InvalidField, MAX_LABELS, check_external_id, check_kind, check_labels, slug_for, slug_from_title,
};
pub use profile::{Contact, Contacts, Flag, InvalidProfile, Profile, check_domains, check_features};
pub use purged::Purged;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, TreeId};
use crate::time::Time;

/// How deep any tree may grow below its topmost organization; the operator may say less.
pub const MAX_DEPTH: usize = 32;

/// An organization: a node of the tree. A top-level one is a tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organization {
    /// Its id, never used again.
    pub id: OrganizationId,
    /// The topmost organization above it, whose ledger it is written in.
    pub tree_id: TreeId,
    /// The edge to its parent; none at the top of a tree.
    pub edge: Option<Edge>,
    /// The display name.
    pub title: String,
    /// The name in URLs, unique in the instance while the organization lives.
    pub slug: String,
    /// The customer's own id for it.
    pub external_id: Option<String>,
    /// What it is to the product: `tenant`, `partner`, `department`, …
    pub kind: String,
    /// Where it is provisioned (source document 000).
    pub region: String,
    /// Free labels.
    pub labels: BTreeMap<String, String>,
    /// Its contacts and flags as an account (source document 002).
    pub profile: Profile,
    /// Whether it lives.
    pub state: OrganizationState,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

impl Organization {
    /// The parent's id, if it has one in its tree.
    pub fn parent(&self) -> Option<OrganizationId> {
        self.edge.map(|edge| edge.parent)
    }
}

/// The edge from an organization to its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The parent.
    pub parent: OrganizationId,
    /// Roles held on the parent reach this organization.
    pub inherits_roles: bool,
    /// Settings of the parent reach this organization.
    pub inherits_settings: bool,
    /// Billed to the parent (source document 002, `isBillingSyncedToOrganisation`).
    pub billing_synced: bool,
    /// Signs in by the parent's identity provider (`isEnabledIdpSyncedToOrganisation`).
    pub identity_provider_synced: bool,
}

impl Edge {
    /// The edge that a new child gets: roles and settings are inherited, nothing is synced.
    pub const fn to(parent: OrganizationId) -> Self {
        Self {
            parent,
            inherits_roles: true,
            inherits_settings: true,
            billing_synced: false,
            identity_provider_synced: false,
        }
    }
}

/// Whether an organization lives. What stops it stops its descendants as well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrganizationState {
    /// It lives.
    Active,
    /// Its keys, its members' access and its identity providers stand still.
    Suspended {
        /// Why, as the suspending administrator wrote it.
        reason: String,
    },
    /// Deleted, and restorable until it is purged.
    Deleted {
        /// When it was deleted.
        delete_time: Time,
        /// When it is purged.
        purge_time: Time,
        /// Why it was suspended when it was deleted, if it was: it is restored as it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        suspend_reason: Option<String>,
    },
}

impl OrganizationState {
    /// `ACTIVE`, `SUSPENDED` or `DELETED`.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Suspended { .. } => "SUSPENDED",
            Self::Deleted { .. } => "DELETED",
        }
    }
}

/// Why an organization cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongState {
    /// It is not active.
    #[error("the organization is not active")]
    NotActive,
    /// It is not suspended.
    #[error("the organization is not suspended")]
    NotSuspended,
    /// It is not deleted.
    #[error("the organization is not deleted")]
    NotDeleted,
    /// It was deleted too long ago.
    #[error("the organization was purged")]
    Purged,
    /// It can still be restored.
    #[error("the organization can still be restored")]
    NotYet,
}

impl Organization {
    fn with_state(&self, state: OrganizationState, now: Time) -> Self {
        Self { state, update_time: now, ..self.clone() }
    }

    /// Stops it, with a reason.
    pub fn suspend(&self, reason: String, now: Time) -> Result<Self, WrongState> {
        match self.state {
            OrganizationState::Active => Ok(self.with_state(OrganizationState::Suspended { reason }, now)),
            _ => Err(WrongState::NotActive),
        }
    }

    /// Lets a suspended one live again.
    pub fn resume(&self, now: Time) -> Result<Self, WrongState> {
        match self.state {
            OrganizationState::Suspended { .. } => Ok(self.with_state(OrganizationState::Active, now)),
            _ => Err(WrongState::NotSuspended),
        }
    }

    /// Deletes it softly: it can be restored for `retention_seconds`.
    pub fn delete(&self, retention_seconds: i64, now: Time) -> Result<Self, WrongState> {
        let suspend_reason = match &self.state {
            OrganizationState::Deleted { .. } => return Err(WrongState::NotActive),
            OrganizationState::Active => None,
            OrganizationState::Suspended { reason } => Some(reason.clone()),
        };
        let purge_time = now.plus_seconds(retention_seconds);
        Ok(self.with_state(OrganizationState::Deleted { delete_time: now, purge_time, suspend_reason }, now))
    }

    /// Restores a deleted one. One that was suspended is suspended again: who may delete may not resume.
    pub fn undelete(&self, now: Time) -> Result<Self, WrongState> {
        match &self.state {
            OrganizationState::Deleted { purge_time, suspend_reason, .. } if now < *purge_time => {
                let state = match suspend_reason.clone() {
                    Some(reason) => OrganizationState::Suspended { reason },
                    None => OrganizationState::Active,
                };
                Ok(self.with_state(state, now))
            }
            OrganizationState::Deleted { .. } => Err(WrongState::Purged),
            _ => Err(WrongState::NotDeleted),
        }
    }

    /// What is said of it when it is erased, once it can be restored no longer.
    pub fn purge(&self, now: Time) -> Result<Purged, WrongState> {
        match self.state {
            OrganizationState::Deleted { delete_time, purge_time, .. } if purge_time <= now => Ok(Purged {
                id: self.id,
                tree_id: self.tree_id,
                told: self.parent().unwrap_or(self.id),
                delete_time,
                purge_time,
            }),
            OrganizationState::Deleted { .. } => Err(WrongState::NotYet),
            _ => Err(WrongState::NotDeleted),
        }
    }
}
