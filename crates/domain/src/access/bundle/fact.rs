//! The facts that a snapshot is made of, as others may read them.
//!
//! What a reader does not know is refused, not passed over: a field that it does not know may be what forbids.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::api_keys::{IpNet, KeySecret, Revoked};
use crate::ids::{
    ApiKeyId, GroupId, OrganizationId, PolicyId, RoleAssignmentId, RoleId, ServiceAccountId, WorkspaceId,
};
use crate::organizations::{Edge, OrganizationState};
use crate::permissions::{Danger, RegisteredPermission};
use crate::policies::Policy;
use crate::roles::{Principal, ResourceRef, RoleScope};
use crate::support_access_grants::SupportAccessGrant;
use crate::time::Time;

/// One thing that decides. Putting it in makes it so, whatever was there before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// What a built-in role holds of Polity's own permissions, so that a reader of another version notices.
    BuiltIn {
        /// Which role.
        role: RoleId,
        /// The names.
        permissions: BTreeSet<String>,
    },
    /// An organization and how it stands.
    Organization(OrganizationFact),
    /// A permission that an application registered.
    Permission(PermissionFact),
    /// A custom role.
    Role(RoleFact),
    /// A group.
    Group(GroupFact),
    /// A service account.
    ServiceAccount(AccountFact),
    /// An API key, without anything by which it is recognized.
    ApiKey(KeyFact),
    /// A workspace that lives.
    Workspace {
        /// Whose.
        at: OrganizationId,
        /// Which.
        id: WorkspaceId,
    },
    /// Where a resource of an application stands.
    Resource(ResourceFact),
    /// What principals have in one organization: each all that it has there.
    Places {
        /// Where.
        at: OrganizationId,
        /// Who and what.
        of: Vec<PlaceFact>,
    },
    /// Since when an organization lets the platform's staff in. Only saved.
    SupportSince {
        /// Which.
        at: OrganizationId,
        /// Since when.
        since: Time,
    },
    /// A grant to the platform's staff. Only saved.
    SupportAccessGrant(SupportAccessGrant),
    /// A policy. Only saved.
    Policy(Box<Policy>),
    /// What a policy may forbid in an organization and wherever its roles reach. What it says is not told: only the
    /// server knows all that it may look at, so what it may forbid is denied elsewhere.
    Forbids {
        /// Whose policy it is.
        at: OrganizationId,
        /// Which.
        id: PolicyId,
        /// The names of what it may forbid.
        permissions: BTreeSet<String>,
    },
    /// A custom role is gone.
    RoleGone(RoleId),
    /// A group is gone.
    GroupGone(GroupId),
    /// A service account is gone.
    ServiceAccountGone(ServiceAccountId),
    /// A key is gone, or is good for nothing any more.
    ApiKeyGone(ApiKeyId),
    /// A workspace is gone.
    WorkspaceGone {
        /// Whose.
        at: OrganizationId,
        /// Which.
        id: WorkspaceId,
    },
    /// A resource is registered no longer.
    ResourceGone {
        /// Whose.
        at: OrganizationId,
        /// Which.
        on: ResourceRef,
    },
}

/// Whether an organization lives; what is above it stops it as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Stands {
    /// It lives.
    #[default]
    Active,
    /// It is suspended.
    Suspended,
    /// It is deleted.
    Deleted,
}

/// An organization as far as access goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationFact {
    /// Which.
    pub id: OrganizationId,
    /// The organization above whose roles reach it; none for the topmost one of a bundle.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<OrganizationId>,
    /// Whether it lives. The topmost one of a bundle tells also what is above it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub state: Stands,
    /// The rest of it. Only saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Box<OrganizationRest>>,
}

/// What only a saved organization tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationRest {
    /// The edge to its parent.
    pub edge: Option<Edge>,
    /// Whether it lives, and why not.
    pub state: OrganizationState,
    /// Its display name.
    pub title: String,
    /// Where it is provisioned.
    pub region: String,
}

/// A registered permission as far as access goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PermissionFact {
    /// `resource.action`.
    pub name: String,
    /// How much harm it can do: which built-in roles hold it.
    pub danger: Danger,
    /// The rest of it. Only saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Box<RegisteredPermission>>,
}

/// A custom role as far as access goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleFact {
    /// Which.
    pub id: RoleId,
    /// Where it was made.
    pub at: OrganizationId,
    /// Where it can be held.
    pub scope: RoleScope,
    /// The names of its permissions.
    pub permissions: BTreeSet<String>,
    /// Its display name. Only saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A group as far as access goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupFact {
    /// Which.
    pub id: GroupId,
    /// Whose.
    pub at: OrganizationId,
    /// Its display name. Only saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A service account as far as access goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountFact {
    /// Which.
    pub id: ServiceAccountId,
    /// Whose.
    pub at: OrganizationId,
    /// Whether it is stopped.
    #[serde(default, skip_serializing_if = "is_default")]
    pub disabled: bool,
}

/// A key as far as access goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFact {
    /// Which.
    pub id: ApiKeyId,
    /// Whose. That of another organization outside of the bundle is shown as the topmost one's, since it is
    /// good for nothing but what is assigned to it here.
    pub at: OrganizationId,
    /// The service account that it acts for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<ServiceAccountId>,
    /// The names of its permissions.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub permissions: BTreeSet<String>,
    /// Its permissions also hold below.
    #[serde(default, skip_serializing_if = "is_default")]
    pub descendants: bool,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// The rest of it. Only saved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rest: Option<Box<KeyRest>>,
}

/// What only a saved key tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyRest {
    /// Its display name.
    pub title: String,
    /// Where it may be used from.
    pub allowed_cidrs: Vec<IpNet>,
    /// Requests a minute.
    pub rate_limit_per_minute: Option<u32>,
    /// Its secrets' hashes.
    pub secrets: Vec<KeySecret>,
    /// Whether it was revoked.
    pub revoked: Option<Revoked>,
    /// Who made it.
    pub creator: Principal,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// Where a resource of an application stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourceFact {
    /// Whose.
    pub at: OrganizationId,
    /// Which.
    pub on: ResourceRef,
    /// What it stands below; none: the organization itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<ResourceRef>,
    /// Roles that are held above do not reach it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shut: bool,
}

/// All that one principal has in one organization. Nothing at all: it has nothing there any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceFact {
    /// Who: `user_…`, `key_…`, `grp_…` or `sva_…`.
    #[serde(with = "as_text")]
    pub who: Principal,
    /// Whether it is a member: a person's roles count only then.
    #[serde(default, skip_serializing_if = "is_default")]
    pub member: bool,
    /// When the membership ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
    /// What it holds itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantFact>,
    /// The groups that it is directly in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
}

/// A role that is held. What is held on a condition is in no bundle: whoever asks it may not know all that the condition
/// looks at, so what it would allow is denied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrantFact {
    /// The assignment.
    pub id: RoleAssignmentId,
    /// What is held.
    pub role: RoleId,
    /// Only on this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<ResourceRef>,
    /// When it ends by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Time>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// A principal in writing.
mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::roles::Principal;

    pub fn serialize<S: Serializer>(who: &Principal, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(who)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Principal, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
