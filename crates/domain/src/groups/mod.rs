//! Groups: people of one organization under one name. What a group holds, its members hold as long as
//! they are members of the organization. A group may be a member of another one.

mod nesting;

pub use nesting::{MAX_NESTING, NestingRefused, check_nesting, levels, reached};

use serde::{Deserialize, Serialize};

use crate::ids::{GroupId, OrganizationId};
use crate::roles::Principal;
use crate::time::Time;

/// An organization's group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its id.
    pub id: GroupId,
    /// Whose group it is.
    pub organization_id: OrganizationId,
    /// Its display name.
    pub title: String,
    /// What another system calls it; unique in the organization.
    pub external_id: Option<String>,
    /// What it is for.
    pub description: String,
    /// Who looks after it.
    pub source: GroupSource,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// Who looks after a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum GroupSource {
    /// People, here.
    Manual,
    /// Another system, by SCIM.
    Scim,
}

impl GroupSource {
    /// Every source.
    pub const ALL: [Self; 2] = [Self::Manual, Self::Scim];

    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "MANUAL",
            Self::Scim => "SCIM",
        }
    }
}

/// That somebody, or another group, is in a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupMember {
    /// Whose group it is.
    pub organization_id: OrganizationId,
    /// Which group.
    pub group_id: GroupId,
    /// Who is in it.
    pub member: Principal,
    /// Since when.
    pub create_time: Time,
}

/// What to change of a group; none stays as it is.
#[derive(Debug, Clone, Default)]
pub struct GroupUpdate {
    /// Its display name.
    pub title: Option<String>,
    /// What another system calls it, or that none does.
    pub external_id: Option<Option<String>>,
    /// What it is for.
    pub description: Option<String>,
}

impl Group {
    /// Changes it; what is not named stays.
    pub fn change(&self, update: GroupUpdate, now: Time) -> Self {
        Self {
            title: update.title.unwrap_or_else(|| self.title.clone()),
            external_id: update.external_id.unwrap_or_else(|| self.external_id.clone()),
            description: update.description.unwrap_or_else(|| self.description.clone()),
            update_time: now,
            ..self.clone()
        }
    }
}
