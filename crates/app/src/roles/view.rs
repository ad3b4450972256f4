//! A role as doors show it.

use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::listing::{Fact, Record};
use polity_domain::roles::{BuiltIn, Role, RoleScope};
use polity_domain::time::Time;

/// Where a role comes from, as an organization sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoleSource {
    /// Built in, and the same everywhere.
    System,
    /// Made in an organization above, whose roles reach this one.
    Inherited,
    /// The organization's own.
    Custom,
}

/// A role with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleView {
    /// Its id.
    pub id: RoleId,
    /// Where it comes from.
    pub source: RoleSource,
    /// The organization that made it; none for a built-in one.
    pub organization: Option<OrganizationId>,
    /// Its display name.
    pub title: String,
    /// What it is for.
    pub description: String,
    /// Where it can be held.
    pub scope: RoleScope,
    /// The names of its permissions, in order.
    pub permissions: Vec<String>,
    /// When it was made and last changed, and the revision of that; none for a built-in one.
    pub changed: Option<(Time, Time, i64)>,
}

impl RoleView {
    /// A built-in role; registered permissions are among its own.
    pub(super) fn built_in(snapshot: &Snapshot, role: BuiltIn) -> Self {
        let permissions = snapshot.role_permissions(role.id());
        let mut permissions: Vec<_> = permissions
            .into_iter()
            .flat_map(|set| snapshot.permission_names(set))
            .map(str::to_owned)
            .collect();
        permissions.sort_unstable();
        Self {
            id: role.id(),
            source: RoleSource::System,
            organization: None,
            title: role.title().to_owned(),
            description: role.description().to_owned(),
            scope: role.scope(),
            permissions,
            changed: None,
        }
    }

    /// A custom role, as `organization` sees it.
    pub(super) fn custom(organization: OrganizationId, role: Role, revision: i64) -> Self {
        let own = role.organization_id == organization;
        Self {
            id: role.id,
            source: if own { RoleSource::Custom } else { RoleSource::Inherited },
            organization: Some(role.organization_id),
            title: role.title,
            description: role.description,
            scope: role.scope,
            permissions: role.permissions.into_iter().collect(),
            changed: Some((role.create_time, role.update_time, revision)),
        }
    }
}

/// For filters, which the table answers for custom roles.
impl Record for RoleView {
    fn value(&self, field: &str, _: Option<&str>) -> Fact<'_> {
        match field {
            "id" => Fact::Text(self.id.to_string().into()),
            "organization" => match self.organization {
                Some(id) => Fact::Text(id.to_string().into()),
                None => Fact::Missing,
            },
            "title" => self.title.as_str().into(),
            "scope" => self.scope.as_str().into(),
            "create_time" => self.changed.map(|(made, _, _)| made).into(),
            "update_time" => self.changed.map(|(_, last, _)| last).into(),
            _ => Fact::Missing,
        }
    }
}
