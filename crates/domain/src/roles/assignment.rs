//! Who holds a role where, and until when.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Condition;
use crate::ids::{
    ApiKeyId, GroupId, InvalidId, OrganizationId, RoleAssignmentId, RoleId, ServiceAccountId, UserId,
    WorkspaceId,
};
use crate::time::Time;

/// Somebody or something that can hold rights. Types are written as in OpenID AuthZEN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub enum Principal {
    /// A person.
    User(UserId),
    /// An organization's API key.
    ApiKey(ApiKeyId),
    /// An organization's group.
    Group(GroupId),
    /// An organization's service account.
    ServiceAccount(ServiceAccountId),
    /// Nobody in particular: what it holds is public.
    Anonymous,
}

impl Principal {
    /// The least of all, in their order.
    pub const FIRST: Self = Self::User(UserId::from_uuid(uuid::Uuid::nil()));
    /// The greatest of all.
    pub const LAST: Self = Self::Anonymous;
    /// What [`Self::kind`] tells.
    pub const KINDS: &[&str] = &["user", "api_key", "group", "service_account", Self::ANONYMOUS];
    /// What stands for the id of anonymous, which has none.
    const ANONYMOUS: &str = "anonymous";

    /// One of [`Self::KINDS`].
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::ApiKey(_) => "api_key",
            Self::Group(_) => "group",
            Self::ServiceAccount(_) => "service_account",
            Self::Anonymous => Self::ANONYMOUS,
        }
    }

    /// The id's 16 bytes; of anonymous, zeros.
    pub const fn uuid(&self) -> uuid::Uuid {
        match self {
            Self::User(id) => id.uuid(),
            Self::ApiKey(id) => id.uuid(),
            Self::Group(id) => id.uuid(),
            Self::ServiceAccount(id) => id.uuid(),
            Self::Anonymous => uuid::Uuid::nil(),
        }
    }

    /// Puts together what the store keeps in two columns.
    pub fn from_parts(kind: &str, id: uuid::Uuid) -> Option<Self> {
        match kind {
            "user" => Some(Self::User(UserId::from_uuid(id))),
            "api_key" => Some(Self::ApiKey(ApiKeyId::from_uuid(id))),
            "group" => Some(Self::Group(GroupId::from_uuid(id))),
            "service_account" => Some(Self::ServiceAccount(ServiceAccountId::from_uuid(id))),
            Self::ANONYMOUS => id.is_nil().then_some(Self::Anonymous),
            _ => None,
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => id.fmt(formatter),
            Self::ApiKey(id) => id.fmt(formatter),
            Self::Group(id) => id.fmt(formatter),
            Self::ServiceAccount(id) => id.fmt(formatter),
            Self::Anonymous => formatter.write_str(Self::ANONYMOUS),
        }
    }
}

impl FromStr for Principal {
    type Err = InvalidId;

    /// Reads `user_…`, `key_…`, `grp_…`, `sva_…` or `anonymous`.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        match text.split_once('_') {
            Some((ApiKeyId::PREFIX, _)) => text.parse().map(Self::ApiKey),
            Some((GroupId::PREFIX, _)) => text.parse().map(Self::Group),
            Some((ServiceAccountId::PREFIX, _)) => text.parse().map(Self::ServiceAccount),
            None if text == Self::ANONYMOUS => Ok(Self::Anonymous),
            _ => text.parse().map(Self::User),
        }
    }
}

/// A workspace, or one of an application's own things, for example `documents` / `42`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ResourceRef {
    /// The resource type: `workspace`, or the first part of its permissions' names.
    #[serde(rename = "type")]
    pub kind: String,
    /// A workspace's id, or the application's own id for it, 1 to 255 characters.
    pub id: String,
}

impl ResourceRef {
    /// The resource type of workspaces.
    pub const WORKSPACE: &str = "workspace";

    /// A workspace, as what a role is held on.
    pub fn workspace(id: WorkspaceId) -> Self {
        Self { kind: Self::WORKSPACE.to_owned(), id: id.to_string() }
    }

    /// Whether it is a workspace, there or not.
    pub fn is_workspace(&self) -> bool {
        self.kind == Self::WORKSPACE
    }

    /// The workspace that it is, if it is one.
    pub fn as_workspace(&self) -> Option<WorkspaceId> {
        self.is_workspace().then(|| self.id.parse().ok()).flatten()
    }
}

/// A role held by a principal, on an organization, on one workspace or on one application resource in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoleAssignment {
    /// Its id.
    pub id: RoleAssignmentId,
    /// Where it is held.
    pub organization_id: OrganizationId,
    /// Who holds it.
    pub principal: Principal,
    /// What is held.
    pub role_id: RoleId,
    /// Only on this resource; none: on the whole organization.
    pub resource: Option<ResourceRef>,
    /// When it ends by itself; judged at use.
    pub expire_time: Option<Time>,
    /// Only where this is met; judged at use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<Box<Condition>>,
    /// When it was made.
    pub create_time: Time,
}

/// What must end and what must be given, so that somebody holds exactly some roles.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleChange {
    /// The assignments to end.
    pub ended: Vec<RoleAssignment>,
    /// The roles to assign.
    pub given: Vec<RoleId>,
}

impl RoleChange {
    /// From what one principal holds in an organization to exactly the `wanted` roles on the whole of
    /// it. What is held on single resources stays; an assignment that has expired is no holding, and
    /// makes room for a new one.
    pub fn to(wanted: &[RoleId], held: Vec<RoleAssignment>, now: Time) -> Self {
        Self::on(None, wanted, held, now)
    }

    /// The same on one resource, or none: the whole organization. What is held elsewhere stays.
    pub fn on(
        resource: Option<&ResourceRef>,
        wanted: &[RoleId],
        held: Vec<RoleAssignment>,
        now: Time,
    ) -> Self {
        let there = held.into_iter().filter(|assignment| assignment.resource.as_ref() == resource);
        let (kept, ended): (Vec<_>, Vec<_>) =
            there.partition(|assignment| assignment.live(now) && wanted.contains(&assignment.role_id));
        let mut given: Vec<RoleId> = Vec::new();
        for role in wanted {
            if !given.contains(role) && kept.iter().all(|assignment| assignment.role_id != *role) {
                given.push(*role);
            }
        }
        Self { ended, given }
    }

    /// Whether nothing is to be done.
    pub fn is_empty(&self) -> bool {
        self.ended.is_empty() && self.given.is_empty()
    }
}

impl RoleAssignment {
    /// Whether it has not ended at `now`.
    pub fn live(&self, now: Time) -> bool {
        self.expire_time.is_none_or(|end| now < end)
    }
}
