//! A permission as doors show it.

use std::borrow::Cow;

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Fact, Record};
use polity_domain::permissions::{CATALOGUE, Danger, PermissionIndex, RegisteredPermission};
use polity_domain::roles::BuiltIn;
use polity_domain::time::Time;

/// An entry of the catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionView {
    /// `resource.action`.
    pub name: Cow<'static, str>,
    /// What it allows, for a person.
    pub description: Cow<'static, str>,
    /// How much harm it can do.
    pub danger: Danger,
    /// The built-in roles that hold it.
    pub roles: Vec<BuiltIn>,
    /// No longer to be granted; still checked.
    pub deprecated: bool,
    /// The organization whose application registered it, and when; none for Polity's own.
    pub registered: Option<(OrganizationId, Time)>,
}

impl PermissionView {
    /// The whole catalogue of a tree, by name.
    pub(super) fn all(snapshot: &Snapshot) -> Vec<Self> {
        let own = CATALOGUE.iter().map(|entry| Self {
            name: entry.name.into(),
            description: entry.description.into(),
            danger: entry.danger,
            roles: entry.roles.to_vec(),
            deprecated: false,
            registered: None,
        });
        let catalogue = snapshot.catalogue();
        let registered =
            catalogue.registered().map(|(index, entry)| Self::registered(snapshot, index, entry));
        let mut all: Vec<_> = own.chain(registered).collect();
        all.sort_unstable_by(|one, other| one.name.cmp(&other.name));
        all
    }

    /// One that an application registered.
    pub(super) fn registered(
        snapshot: &Snapshot,
        index: PermissionIndex,
        entry: &RegisteredPermission,
    ) -> Self {
        let holds =
            |role: &BuiltIn| snapshot.role_permissions(role.id()).is_some_and(|held| held.contains(index));
        Self {
            name: entry.name.clone().into(),
            description: entry.description.clone().into(),
            danger: entry.danger,
            roles: BuiltIn::ALL.into_iter().filter(holds).collect(),
            deprecated: entry.deprecated,
            registered: Some((entry.organization_id, entry.create_time)),
        }
    }
}

/// For filters.
impl Record for PermissionView {
    fn value(&self, field: &str, _: Option<&str>) -> Fact<'_> {
        match field {
            "name" => self.name.as_ref().into(),
            "organization" => match self.registered {
                Some((id, _)) => Fact::Text(id.to_string().into()),
                None => Fact::Missing,
            },
            "danger" => danger(self.danger).into(),
            "deprecated" => self.deprecated.into(),
            "create_time" => self.registered.map(|(_, time)| time).into(),
            _ => Fact::Missing,
        }
    }
}

/// As filters and JSON write it.
const fn danger(danger: Danger) -> &'static str {
    match danger {
        Danger::Read => "READ",
        Danger::Write => "WRITE",
        Danger::Admin => "ADMIN",
        Danger::Owner => "OWNER",
    }
}
