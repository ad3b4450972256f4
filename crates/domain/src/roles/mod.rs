//! Roles: named sets of permissions. Built-in ones are the same in every organization; an
//! organization adds its own, which its descendants may use.

mod assignment;
mod built_in;
mod condition;

pub use assignment::{Principal, ResourceRef, RoleAssignment, RoleChange};
pub use built_in::BuiltIn;
pub use condition::Condition;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, RoleId};
use crate::time::Time;

/// Where a role can be held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoleScope {
    /// On an organization, from where it reaches descendants by edges that inherit roles.
    Organization,
    /// On one workspace.
    Workspace,
}

impl RoleScope {
    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Workspace => "workspace",
        }
    }
}

/// An organization's own role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    /// Its id.
    pub id: RoleId,
    /// The organization that owns it.
    pub organization_id: OrganizationId,
    /// Its display name, unique in its organization by [`crate::text::skeleton`].
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Where it can be held.
    pub scope: RoleScope,
    /// The names of its permissions.
    pub permissions: BTreeSet<String>,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

impl Role {
    /// Changes it; what is not named stays.
    pub fn change(
        &self,
        title: Option<String>,
        description: Option<String>,
        permissions: Option<BTreeSet<String>>,
        now: Time,
    ) -> Self {
        Self {
            title: title.unwrap_or_else(|| self.title.clone()),
            description: description.unwrap_or_else(|| self.description.clone()),
            permissions: permissions.unwrap_or_else(|| self.permissions.clone()),
            update_time: now,
            ..self.clone()
        }
    }
}
