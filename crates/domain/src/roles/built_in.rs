//! The roles that every organization has.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::RoleScope;
use crate::ids::RoleId;
use crate::text::skeleton;

/// A built-in role. Its id is fixed, its permissions are in [`crate::permissions::CATALOGUE`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum BuiltIn {
    /// Everything, the end of the organization included. At least one at every moment.
    Owner,
    /// Full access to settings, members and all products (source document 000).
    Admin,
    /// Takes part: sees the organization and its people.
    Member,
    /// Read-only access (source document 000).
    Reader,
    /// Sees the organization and what it consumes.
    Billing,
    /// Everything in one workspace.
    WorkspaceAdmin,
    /// Works in one workspace.
    WorkspaceDeveloper,
    /// Looks at one workspace.
    WorkspaceViewer,
}

impl BuiltIn {
    /// All of them, in the order of the table role × action.
    pub const ALL: [Self; 8] = [
        Self::Owner,
        Self::Admin,
        Self::Member,
        Self::Reader,
        Self::Billing,
        Self::WorkspaceAdmin,
        Self::WorkspaceDeveloper,
        Self::WorkspaceViewer,
    ];

    /// The id, the same in every installation.
    pub const fn id(self) -> RoleId {
        RoleId::from_uuid(Uuid::from_u128(self as u128 + 1))
    }

    /// The built-in role with this id.
    pub fn from_id(id: RoleId) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.id() == id)
    }

    /// The built-in role that a title would pass for: the same, or one that looks like it.
    pub fn looking_like(title: &str) -> Option<Self> {
        let look = skeleton(title);
        Self::ALL.into_iter().find(|role| skeleton(role.title()) == look)
    }

    /// The display name.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Owner => "Owner",
            Self::Admin | Self::WorkspaceAdmin => "Admin",
            Self::Member => "Member",
            Self::Reader => "Reader",
            Self::Billing => "Billing",
            Self::WorkspaceDeveloper => "Developer",
            Self::WorkspaceViewer => "Viewer",
        }
    }

    /// What it is for.
    pub const fn description(self) -> &'static str {
        match self {
            Self::Owner => "Everything, including ending the organization or handing it over",
            Self::Admin => "Full access to organization settings, members and all products",
            Self::Member => "Takes part: sees the organization and its people",
            Self::Reader => "Read-only access, logs included",
            Self::Billing => "Sees the organization and what it consumes",
            Self::WorkspaceAdmin => "Everything in one workspace",
            Self::WorkspaceDeveloper => "Works in one workspace",
            Self::WorkspaceViewer => "Looks at one workspace",
        }
    }

    /// Where it can be held.
    pub const fn scope(self) -> RoleScope {
        match self {
            Self::WorkspaceAdmin | Self::WorkspaceDeveloper | Self::WorkspaceViewer => RoleScope::Workspace,
            _ => RoleScope::Organization,
        }
    }
}

impl fmt::Display for BuiltIn {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.title())
    }
}
