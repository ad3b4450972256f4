//! What decides access in one tree, in memory.

use std::collections::BTreeSet;
use std::sync::Arc;

use imbl::{OrdMap, OrdSet};
use smallvec::SmallVec;

use super::conditional::HeldCondition;
use super::decide::Denial;
use super::governing::{Governing, HeldPolicy, Policies};
use super::layered::Layered;
use super::placed::{On, Resources};
use super::places::Places;
use super::shortcuts::Shortcuts;
use super::sorted::Sorted;
use super::support::Support;
use crate::api_keys::ApiKey;
use crate::ids::{
    ApiKeyId, GroupId, OrganizationId, RoleAssignmentId, RoleId, ServiceAccountId, TreeId, UserId,
    WorkspaceId,
};
use crate::organizations::{Edge, OrganizationState};
use crate::permissions::{CATALOGUE, Catalogue, Danger, PermissionIndex, PermissionSet};
use crate::roles::{BuiltIn, Principal, ResourceRef, Role, RoleScope};
use crate::time::Time;

/// What decides access in one tree at one revision.
///
/// Its maps share structure: a copy costs nothing and a change touches only what it changes. So a
/// writer works on a copy while readers go on with theirs, and a preview is two snapshots compared.
#[derive(Debug, Clone)]
pub struct Snapshot {
    pub(super) tree_id: TreeId,
    pub(super) revision: u64,
    pub(super) organizations: Layered<OrganizationId, Node>,
    pub(super) children: OrdSet<(OrganizationId, OrganizationId)>,
    pub(super) places: Places,
    /// What most people hold, found by one look.
    pub(super) shortcuts: Option<Arc<Shortcuts>>,
    /// How many organizations it has ever had.
    pub(super) numbered: u32,
    /// Who is owner without an end, so that the last one is known without counting members.
    pub(super) owners: OrdSet<(OrganizationId, UserId)>,
    pub(super) roles: OrdMap<RoleId, Arc<HeldRole>>,
    pub(super) keys: OrdMap<ApiKeyId, Arc<HeldKey>>,
    /// The workspaces that live: a role that is held on another one allows nothing.
    pub(super) workspaces: OrdSet<(OrganizationId, WorkspaceId)>,
    /// Where applications' resources stand.
    pub(super) resources: Resources,
    pub(super) groups: OrdMap<GroupId, HeldGroup>,
    /// Who, and which other groups, are directly in a group.
    pub(super) in_groups: Sorted<(GroupId, Principal)>,
    pub(super) accounts: OrdMap<ServiceAccountId, HeldAccount>,
    pub(super) support: Support,
    /// What the organizations forbid.
    pub(super) policies: Policies,
    /// Whether any role was ever held on a condition, as far as this knows.
    pub(super) conditional: bool,
    pub(super) catalogue: Catalogue,
}

/// An organization as far as access goes.
#[derive(Debug, Clone)]
pub struct Node {
    /// The edge to its parent; none at the top.
    pub edge: Option<Edge>,
    /// Whether it lives.
    pub state: OrganizationState,
    /// Its display name, for explanations.
    pub title: Arc<str>,
    /// Where it is provisioned.
    pub region: Arc<str>,
    /// Its number in this tree, as short as an id is long.
    pub(super) number: u32,
    pub(super) standing: Standing,
}

/// What an organization's place in the tree means for access, known before it is asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Standing {
    /// Itself and its ancestors, nearest first.
    pub lineage: Arc<[OrganizationId]>,
    /// How many of these have roles that reach it.
    reaching: usize,
    /// Their numbers.
    numbers: SmallVec<[u32; 8]>,
    /// What stops it: its own state, or that of one above it.
    stopped: Option<Stopped>,
    /// The policies that apply in it, if any do: whoever asks where there are none pays nothing for them.
    pub governing: Option<Arc<Governing>>,
}

/// What stops an organization.
#[derive(Debug, Clone, Copy)]
enum Stopped {
    Deleted,
    Suspended,
}

impl Standing {
    /// How one stands below another, or at the top.
    pub fn of<'p>(
        id: OrganizationId,
        node: &Node,
        above: Option<&Self>,
        own: impl Iterator<Item = &'p Arc<HeldPolicy>>,
    ) -> Self {
        let inherits = node.edge.is_some_and(|edge| edge.inherits_roles);
        let stopped = match (&node.state, above.and_then(|above| above.stopped)) {
            (OrganizationState::Deleted { .. }, _) => Some(Stopped::Deleted),
            (OrganizationState::Suspended { .. }, None) => Some(Stopped::Suspended),
            (OrganizationState::Suspended { .. } | OrganizationState::Active, stopped) => stopped,
        };
        let up = above.map_or(&[][..], |above| &above.lineage);
        let reaches = above.filter(|_| inherits);
        Self {
            lineage: std::iter::once(id).chain(up.iter().copied()).collect(),
            reaching: 1 + reaches.map_or(0, |above| above.reaching),
            numbers: std::iter::once(node.number)
                .chain(reaches.into_iter().flat_map(|above| above.numbers.iter().copied()))
                .collect(),
            stopped,
            governing: Governing::below(reaches.and_then(|above| above.governing.as_ref()), own),
        }
    }

    /// Why it is answered no to everything, if something stops it.
    pub fn stopped(&self) -> Option<Denial> {
        self.stopped.map(|stopped| match stopped {
            Stopped::Deleted => Denial::NoOrganization,
            Stopped::Suspended => Denial::Suspended,
        })
    }

    /// Its own number, once it stands.
    pub fn number(&self) -> Option<u32> {
        self.numbers.first().copied()
    }

    /// Whether the roles of the organization with this number reach it.
    pub fn reached_from(&self, number: u32) -> bool {
        self.numbers.contains(&number)
    }

    /// The organizations whose roles reach it, nearest first.
    pub fn reaching(&self) -> &[OrganizationId] {
        self.lineage.get(..self.reaching).unwrap_or_default()
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Membership {
    pub expire_time: Option<Time>,
}

/// A role assignment as far as access goes.
#[derive(Debug, Clone)]
pub(super) struct Grant {
    pub assignment_id: RoleAssignmentId,
    pub role_id: RoleId,
    pub resource: Option<Box<ResourceRef>>,
    pub expire_time: Option<Time>,
    /// Only where this is met.
    pub condition: Option<Arc<HeldCondition>>,
}

impl Grant {
    pub(super) fn live(&self, now: Time) -> bool {
        self.expire_time.is_none_or(|end| now < end)
    }

    pub(super) fn covers(&self, on: &On<'_>) -> bool {
        self.resource.as_deref().is_none_or(|held_on| on.reached_from(held_on))
    }
}

/// A role with its permissions as a set.
#[derive(Debug)]
pub(super) struct HeldRole {
    pub title: String,
    pub scope: RoleScope,
    /// Where it was made; none for a built-in one.
    pub organization_id: Option<OrganizationId>,
    /// The names of its permissions, the unknown ones included; empty for a built-in one.
    pub names: BTreeSet<String>,
    pub permissions: PermissionSet,
}

/// A key with its permissions as a set.
#[derive(Debug)]
pub(super) struct HeldKey {
    pub key: Arc<ApiKey>,
    pub permissions: PermissionSet,
}

/// A group as far as access goes.
#[derive(Debug, Clone)]
pub(super) struct HeldGroup {
    pub organization_id: OrganizationId,
    /// Its display name, for explanations.
    pub title: Arc<str>,
}

/// A service account as far as access goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct HeldAccount {
    pub organization_id: OrganizationId,
    pub disabled: bool,
}

/// Some groups, in the order of their ids.
pub(super) type Groups = SmallVec<[GroupId; 1]>;

impl Snapshot {
    /// An empty tree, before its first event.
    pub fn new(tree_id: TreeId) -> Self {
        let mut snapshot = Self {
            tree_id,
            revision: 0,
            organizations: Layered::default(),
            children: OrdSet::new(),
            places: Places::default(),
            shortcuts: None,
            numbered: 0,
            owners: OrdSet::new(),
            roles: OrdMap::new(),
            keys: OrdMap::new(),
            workspaces: OrdSet::new(),
            resources: Resources::default(),
            groups: OrdMap::new(),
            in_groups: Sorted::default(),
            accounts: OrdMap::new(),
            support: Support::default(),
            policies: Policies::default(),
            conditional: false,
            catalogue: Catalogue::default(),
        };
        snapshot.resolve_built_in_roles();
        snapshot
    }

    /// Which tree it is of.
    pub fn tree_id(&self) -> TreeId {
        self.tree_id
    }

    /// The number of the last event it holds.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Says that everything up to `revision` is in it: for one that was built from tables.
    pub fn set_revision(&mut self, revision: u64) {
        self.revision = revision;
    }

    /// The permissions known in the tree.
    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// An organization of the tree.
    pub fn node(&self, organization: OrganizationId) -> Option<&Node> {
        self.organizations.get(&organization)
    }

    /// The organizations of the tree, in no order.
    pub fn organizations(&self) -> impl Iterator<Item = (OrganizationId, &Node)> {
        self.organizations.iter().map(|(id, node)| (*id, node))
    }

    /// Whether the same organizations stand in both, as the same shared map: cheap, and false when in
    /// doubt.
    pub fn same_organizations(&self, other: &Self) -> bool {
        self.organizations.ptr_eq(&other.organizations)
    }

    /// The children of an organization, by id.
    pub fn children(&self, organization: OrganizationId) -> impl Iterator<Item = OrganizationId> {
        let first = OrganizationId::from_uuid(uuid::Uuid::nil());
        let last = OrganizationId::from_uuid(uuid::Uuid::max());
        self.children.range((organization, first)..=(organization, last)).map(|(_, child)| *child)
    }

    /// An organization and all below it, parents before children. Nothing when it is not in the tree.
    pub fn subtree(&self, top: OrganizationId) -> Vec<OrganizationId> {
        let mut found: Vec<_> = self.node(top).map(|_| top).into_iter().collect();
        let mut next = 0;
        while next < found.len() {
            let children: Vec<_> = self.children(found[next]).collect();
            found.extend(children);
            next += 1;
        }
        found
    }

    /// An organization and its ancestors up to the top of the tree, nearest first.
    pub fn lineage(&self, organization: OrganizationId) -> impl Iterator<Item = (OrganizationId, &Node)> {
        let first = self.node(organization).map(|node| (organization, node));
        std::iter::successors(first, |(_, node)| {
            let parent = node.edge?.parent;
            self.node(parent).map(|above| (parent, above))
        })
    }

    /// The organizations whose roles reach this one: itself, and its ancestors as far as every edge
    /// between inherits roles.
    pub fn reaching(&self, organization: OrganizationId) -> impl Iterator<Item = OrganizationId> {
        let standing = self.node(organization).map(|node| &node.standing);
        standing.into_iter().flat_map(Standing::reaching).copied()
    }

    /// Whether `principal` is a member of `organization` itself, at `now`.
    pub fn is_member(&self, principal: &Principal, organization: OrganizationId, now: Time) -> bool {
        self.places.get(organization, principal).is_some_and(|place| place.member_at(now))
    }

    /// The roles that this tree knows, with their display names and where they can be held.
    pub fn roles(&self) -> impl Iterator<Item = (RoleId, &str, RoleScope)> {
        self.roles.iter().map(|(id, held)| (*id, held.title.as_str(), held.scope))
    }

    /// The permissions of a role that this tree knows.
    pub fn role_permissions(&self, role: RoleId) -> Option<&PermissionSet> {
        self.roles.get(&role).map(|held| &held.permissions)
    }

    /// Whether a role can be held in an organization: built in, or made in it or in an organization
    /// whose roles reach it.
    pub fn role_usable(&self, role: RoleId, organization: OrganizationId, scope: RoleScope) -> bool {
        self.roles.get(&role).is_some_and(|held| held.scope == scope && self.role_reaches(held, organization))
    }

    /// Whether a role is one of the organization's: built in, or made in it or in an organization whose
    /// roles reach it. Once it is not (a move, an edge that inherits no longer), its makers have no say
    /// there any more, so it allows nothing there.
    pub(super) fn role_reaches(&self, role: &HeldRole, organization: OrganizationId) -> bool {
        role.organization_id.is_none_or(|maker| self.reaching(organization).any(|reaching| reaching == maker))
    }

    /// A key of the tree.
    pub fn api_key(&self, id: ApiKeyId) -> Option<&Arc<ApiKey>> {
        self.keys.get(&id).map(|held| &held.key)
    }

    /// Whether a workspace of an organization lives.
    pub fn has_workspace(&self, organization: OrganizationId, workspace: WorkspaceId) -> bool {
        self.workspaces.contains(&(organization, workspace))
    }

    /// How many workspaces of an organization live.
    pub fn count_workspaces(&self, organization: OrganizationId) -> usize {
        self.workspaces_of(organization).count()
    }

    /// About how much memory it takes, in units of one place that somebody has in an organization.
    pub fn size(&self) -> usize {
        // To be in a group costs little beside a place, which has the groups of each as well.
        let inside = self.in_groups.len() / 8;
        let small = self.workspaces.len() + self.groups.len() + inside + self.accounts.len();
        // Roles and keys carry the names of their permissions; the built-in ones are in every tree.
        let large = self.roles.len() + self.keys.len() + self.catalogue.registered().count();
        let policies = self.policies.bytes() / 10;
        // With their names.
        let resources = self.resources.len() * 2;
        self.organizations.len() * 2 + self.places.len() + small + large * 10 + policies + resources
    }

    /// Makes what changed since it was read dense again, once that is much, and writes down what most people hold, so
    /// that it is found by one look: for the one that is shared from now on.
    pub fn settle(&mut self) {
        self.organizations.settle();
        self.places.settle();
        self.in_groups.settle();
        self.settle_shortcuts();
    }

    /// Where a role can be held, if this tree knows it.
    pub fn role_scope(&self, role: RoleId) -> Option<RoleScope> {
        self.roles.get(&role).map(|held| held.scope)
    }

    /// Names as a set; the first unknown name as the error.
    pub fn permission_set<'a>(
        &self,
        names: impl IntoIterator<Item = &'a str>,
    ) -> Result<PermissionSet, &'a str> {
        names.into_iter().map(|name| self.catalogue.index(name).ok_or(name)).collect()
    }

    /// A set as names.
    pub fn permission_names<'a>(&'a self, set: &'a PermissionSet) -> impl Iterator<Item = &'a str> + 'a {
        set.iter().map(|index| self.catalogue.name(index))
    }

    /// Whether somebody owns the organization without an end, directly or by inheritance.
    pub fn has_owner(&self, organization: OrganizationId) -> bool {
        let first = UserId::from_uuid(uuid::Uuid::nil());
        let last = UserId::from_uuid(uuid::Uuid::max());
        self.reaching(organization).any(|id| self.owners.range((id, first)..=(id, last)).next().is_some())
    }

    /// The organizations at or below `top` that nobody owns.
    pub fn ownerless(&self, top: OrganizationId) -> Vec<OrganizationId> {
        self.subtree(top).into_iter().filter(|id| !self.has_owner(*id)).collect()
    }

    /// Gives the built-in roles their permissions, the registered ones included.
    pub(super) fn resolve_built_in_roles(&mut self) {
        for role in BuiltIn::ALL {
            let own = CATALOGUE.iter().zip(0..).filter(|(entry, _)| entry.roles.contains(&role));
            let mut permissions: PermissionSet = own.map(|(_, index)| PermissionIndex(index)).collect();
            for (index, entry) in self.catalogue.registered() {
                let held = match role {
                    BuiltIn::Owner | BuiltIn::Admin | BuiltIn::WorkspaceAdmin => true,
                    BuiltIn::Reader | BuiltIn::WorkspaceViewer => entry.danger == Danger::Read,
                    BuiltIn::WorkspaceDeveloper => entry.danger <= Danger::Write,
                    BuiltIn::Member | BuiltIn::Billing => false,
                };
                if held {
                    permissions.insert(index);
                }
            }
            let title = role.title().to_owned();
            let names = BTreeSet::new();
            let held = HeldRole { title, scope: role.scope(), organization_id: None, names, permissions };
            self.roles.insert(role.id(), Arc::new(held));
        }
        self.support.resolve(&self.catalogue);
    }

    /// Reads the permissions of the tree's own roles and keys anew, as far as they name one of `changed`.
    pub(super) fn resolve_anew(&mut self, changed: impl Fn(&str) -> bool) {
        let concerned = |names: &BTreeSet<String>| names.iter().any(|name| changed(name));
        let roles: Vec<_> =
            self.roles.iter().filter(|(_, role)| concerned(&role.names)).map(copied).collect();
        for (id, role) in roles {
            let held = HeldRole {
                title: role.title.clone(),
                names: role.names.clone(),
                permissions: self.known(&role.names),
                ..*role
            };
            self.roles.insert(id, Arc::new(held));
        }
        let keys: Vec<_> =
            self.keys.values().filter(|held| concerned(&held.key.permissions)).cloned().collect();
        for held in keys {
            self.resolve_key(&held.key);
        }
    }

    pub(super) fn resolve_role(&mut self, role: &Role) {
        let held = HeldRole {
            title: role.title.clone(),
            scope: role.scope,
            organization_id: Some(role.organization_id),
            names: role.permissions.clone(),
            permissions: self.known(&role.permissions),
        };
        self.roles.insert(role.id, Arc::new(held));
    }

    pub(super) fn resolve_key(&mut self, key: &ApiKey) {
        let held = HeldKey { key: Arc::new(key.clone()), permissions: self.known(&key.permissions) };
        self.keys.insert(key.id, Arc::new(held));
    }

    /// The names that this tree knows, as a set. A name it does not know allows nothing.
    fn known(&self, names: &BTreeSet<String>) -> PermissionSet {
        names.iter().filter_map(|name| self.catalogue.index(name)).collect()
    }
}

/// An entry of a map, as a value.
pub(super) fn copied<K: Copy, V: Clone>((key, value): (&K, &V)) -> (K, V) {
    (*key, value.clone())
}
