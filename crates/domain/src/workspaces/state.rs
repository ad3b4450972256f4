//! A workspace and its life: it lives, is deleted, and can be restored for a while.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, WorkspaceId};
use crate::settings::Value;
use crate::time::Time;

/// A part of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Workspace {
    /// Its id, never used again.
    pub id: WorkspaceId,
    /// The organization that it is a part of, for ever.
    pub organization_id: OrganizationId,
    /// The display name.
    pub title: String,
    /// The name in URLs, unique in the organization while the workspace lives.
    pub slug: String,
    /// What it is for.
    pub description: String,
    /// Free labels.
    pub labels: BTreeMap<String, String>,
    /// What its people prefer.
    pub preferences: WorkspacePreferences,
    /// What it asks beyond what its organization asks: values of [`crate::settings::NARROWING`] keys.
    pub settings: BTreeMap<String, Value>,
    /// Whether it lives.
    pub state: WorkspaceState,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// What the people of a workspace prefer; what is not said is as the organization prefers it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkspacePreferences {
    /// The language and region that they read: a BCP 47 tag.
    pub locale: Option<String>,
    /// Where their days begin: a name of the IANA time zone database.
    pub time_zone: Option<String>,
}

/// Whether a workspace lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum WorkspaceState {
    /// It lives.
    Active,
    /// Deleted, and restorable until it is purged.
    Deleted {
        /// When it was deleted.
        delete_time: Time,
        /// When it is purged.
        purge_time: Time,
    },
}

impl WorkspaceState {
    /// Every state, as tables and filters write it.
    pub const NAMES: &[&str] = &["ACTIVE", "DELETED"];

    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Deleted { .. } => "DELETED",
        }
    }
}

/// Why a workspace cannot change as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongState {
    /// It is deleted.
    #[error("the workspace is deleted")]
    Deleted,
    /// It is not deleted.
    #[error("the workspace is not deleted")]
    NotDeleted,
    /// It was deleted too long ago.
    #[error("the workspace was purged")]
    Purged,
}

impl Workspace {
    /// Whether it lives.
    pub fn lives(&self) -> bool {
        self.state == WorkspaceState::Active
    }

    /// Deletes it softly: it can be restored for `retention_seconds`. The roles that are held on it stay,
    /// and allow nothing until then.
    pub fn delete(&self, retention_seconds: i64, now: Time) -> Result<Self, WrongState> {
        if !self.lives() {
            return Err(WrongState::Deleted);
        }
        let state =
            WorkspaceState::Deleted { delete_time: now, purge_time: now.plus_seconds(retention_seconds) };
        Ok(Self { state, update_time: now, ..self.clone() })
    }

    /// Restores a deleted one, and with it the access of those who hold roles on it.
    pub fn undelete(&self, now: Time) -> Result<Self, WrongState> {
        match self.state {
            WorkspaceState::Deleted { purge_time, .. } if now < purge_time => {
                Ok(Self { state: WorkspaceState::Active, update_time: now, ..self.clone() })
            }
            WorkspaceState::Deleted { .. } => Err(WrongState::Purged),
            WorkspaceState::Active => Err(WrongState::NotDeleted),
        }
    }

    /// Whether it is deleted, and can be restored no longer: then it is purged.
    pub fn is_due_for_purge(&self, now: Time) -> bool {
        matches!(self.state, WorkspaceState::Deleted { purge_time, .. } if purge_time <= now)
    }
}
