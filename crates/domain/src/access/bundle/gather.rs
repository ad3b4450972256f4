//! What is in a snapshot, as facts.

use std::collections::BTreeSet;

use super::envelope::{BundleError, Header, VERSION};
use super::fact::{
    AccountFact, Fact, GrantFact, GroupFact, KeyFact, OrganizationFact, PermissionFact, PlaceFact,
    ResourceFact, RoleFact, Stands,
};
use super::scope::Scope;
use crate::access::placed::Placed;
use crate::access::places::Place;
use crate::access::snapshot::{Grant, HeldKey, HeldRole, Snapshot};
use crate::ids::{ApiKeyId, GroupId, OrganizationId, RoleId, ServiceAccountId};
use crate::organizations::OrganizationState;
use crate::permissions::{CATALOGUE, RegisteredPermission};
use crate::roles::{BuiltIn, Principal, ResourceRef};
use crate::time::Time;

/// How many places stand in one fact: a line of some ten kilobytes.
const PLACES: usize = 100;

/// A bundle that nobody has signed yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned {
    /// What it is about.
    pub header: Header,
    /// The facts, one a line.
    pub body: Vec<u8>,
}

impl Snapshot {
    /// What decides in an organization and, with `descendants`, in those below that inherit its roles; as of
    /// `time`, when this was known to be the latest. None when it takes more than `most` bytes.
    ///
    /// It holds what is held inside and what reaches down from above, the display name of nothing and nobody, and
    /// nothing of what is beside it. Whom support access lets in is not in it.
    pub fn bundle(
        &self,
        organization: OrganizationId,
        descendants: bool,
        time: Time,
        most: usize,
    ) -> Result<Option<Unsigned>, BundleError> {
        let mut lines = Lines { body: Vec::new(), facts: 0, most };
        let scope = Scope::new(self, organization, descendants);
        if !scope.gather(&mut lines)? {
            return Ok(None);
        }
        let header = Header {
            version: VERSION,
            tree_id: self.tree_id,
            revision: self.revision,
            organization_id: Some(organization),
            descendants,
            time,
            facts: lines.facts,
            sha256: super::envelope::hash(&lines.body),
        };
        Ok(Some(Unsigned { header, body: lines.body }))
    }
}

/// Facts as lines, so many bytes at most.
pub(super) struct Lines {
    pub body: Vec<u8>,
    pub facts: u64,
    pub most: usize,
}

impl Lines {
    /// Writes a fact; false when there is no more room.
    pub fn write(&mut self, fact: &Fact) -> Result<bool, BundleError> {
        serde_json::to_writer(&mut self.body, fact).map_err(|_| BundleError::Malformed)?;
        self.body.push(b'\n');
        self.facts += 1;
        Ok(self.body.len() <= self.most)
    }

    /// Writes what many have in one organization.
    pub fn places(
        &mut self,
        at: OrganizationId,
        of: &mut Vec<PlaceFact>,
        least: usize,
    ) -> Result<bool, BundleError> {
        if of.len() < least.max(1) {
            return Ok(true);
        }
        self.write(&Fact::Places { at, of: std::mem::take(of) })
    }
}

/// What the built-in roles hold of Polity's own permissions.
pub(super) fn built_in() -> impl Iterator<Item = Fact> {
    BuiltIn::ALL.into_iter().map(|role| {
        let own = CATALOGUE.iter().filter(|entry| entry.roles.contains(&role));
        Fact::BuiltIn { role: role.id(), permissions: own.map(|entry| entry.name.to_owned()).collect() }
    })
}

impl Scope<'_> {
    fn gather(&self, lines: &mut Lines) -> Result<bool, BundleError> {
        let above: Vec<_> = self.above().collect();
        let all = || above.iter().rev().chain(self.all_inside()).copied();
        let within: BTreeSet<_> = all().collect();
        let of = |at: OrganizationId| within.contains(&at);
        let snapshot = self.snapshot;
        let organizations = all().filter_map(|id| self.organization(id));
        let permissions = snapshot.catalogue.registered().map(|(_, entry)| permission(entry));
        let roles = snapshot.roles.iter().filter(|(_, held)| held.organization_id.is_some_and(of));
        let groups = snapshot.groups.iter().filter(|(_, held)| of(held.organization_id));
        let groups = groups.filter(|(id, held)| self.shows_group(held.organization_id, **id));
        let accounts = snapshot.accounts.iter().filter(|(_, held)| of(held.organization_id));
        let accounts = accounts.filter(|(id, held)| self.shows_account(held.organization_id, **id));
        let keys = snapshot.keys.iter().filter_map(|(id, held)| self.key(*id, held));
        let policies = all().flat_map(|at| {
            let enforced = snapshot.enforced_policies(at);
            enforced.map(move |(id, permissions)| Fact::Forbids { at, id, permissions })
        });
        let workspaces =
            self.all_inside().iter().flat_map(|at| snapshot.workspaces_of(*at).map(|id| (*at, id)));
        let resources = self
            .all_inside()
            .iter()
            .flat_map(|at| snapshot.resources.of(*at).map(move |(own, placed)| resource(*at, own, placed)));
        let small = built_in()
            .chain(organizations)
            .chain(permissions)
            .chain(roles.filter_map(|(id, held)| role(*id, held)))
            .chain(groups.map(|(id, held)| group(*id, held.organization_id)))
            .chain(accounts.map(|(id, held)| account(*id, held.organization_id, held.disabled)))
            .chain(keys)
            .chain(policies)
            .chain(workspaces.map(|(at, id)| Fact::Workspace { at, id }))
            .chain(resources);
        for fact in small {
            if !lines.write(&fact)? {
                return Ok(false);
            }
        }
        for at in all() {
            let mut of = Vec::new();
            for (who, place) in snapshot.places.at(at) {
                of.extend(self.place(&who, place));
                if !lines.places(at, &mut of, PLACES)? {
                    return Ok(false);
                }
            }
            if !lines.places(at, &mut of, 1)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// An organization; none when it is not shown.
    pub(super) fn organization(&self, id: OrganizationId) -> Option<Fact> {
        let node = self.snapshot.node(id)?;
        let parent = node.edge.map(|edge| edge.parent).filter(|_| id != self.top());
        Some(Fact::Organization(OrganizationFact { id, parent, state: self.state(id), rest: None }))
    }

    /// What a principal has somewhere; none when it is nothing that may decide.
    pub(super) fn place(&self, who: &Principal, place: &Place) -> Option<PlaceFact> {
        if self.inside(place.organization_id) {
            let grants = place.grants.iter().filter(|grant| grant.condition.is_none());
            return Some(place_fact(*who, place, grants, place.groups.to_vec()));
        }
        let (grants, groups) = self.held_above(who, place)?;
        Some(place_fact(*who, place, grants.into_iter(), groups))
    }

    /// A key; none when it is not shown: it is another's, or good for nothing.
    pub(super) fn key(&self, id: ApiKeyId, held: &HeldKey) -> Option<Fact> {
        let key = &held.key;
        if key.revoked.is_some() || !self.shows_key(id, held) {
            return None;
        }
        let mut fact = KeyFact {
            id,
            at: key.organization_id,
            account: key.service_account_id,
            permissions: key.permissions.clone(),
            descendants: key.descendants,
            until: key.expire_time,
            rest: None,
        };
        if !self.holds(key.organization_id) {
            // Its own organization is not shown, so what stops that is told by leaving the key out. What is
            // written on it reaches nothing here; of one that acts for an account it says how far.
            if self.snapshot.stopped(key.organization_id).is_some() {
                return None;
            }
            (fact.at, fact.descendants) = (self.top(), false);
            if fact.account.is_none() {
                fact.permissions.clear();
            }
        }
        Some(Fact::ApiKey(fact))
    }

    /// Whether a group is shown: of those above only one that gives something.
    pub(super) fn shows_group(&self, at: OrganizationId, group: GroupId) -> bool {
        self.inside(at) || self.gives(at, group, &mut Vec::new())
    }

    /// Whether a service account is shown: of those above only one that has something that may decide.
    pub(super) fn shows_account(&self, at: OrganizationId, account: ServiceAccountId) -> bool {
        let who = Principal::ServiceAccount(account);
        let has =
            || self.snapshot.places.get(at, &who).is_some_and(|place| self.place(&who, place).is_some());
        self.inside(at) || has()
    }

    /// Whether a key is shown: of others' only one that may do something here.
    pub(super) fn shows_key(&self, id: ApiKeyId, held: &HeldKey) -> bool {
        let (key, who) = (&held.key, Principal::ApiKey(id));
        if self.inside(key.organization_id) {
            return true;
        }
        if let Some(account) = key.service_account_id {
            let known = self.snapshot.accounts.get(&account).map(|held| held.organization_id);
            return known.is_some_and(|at| self.holds(at) && self.shows_account(at, account));
        }
        let mut places = self.snapshot.places.of(&who).iter();
        (key.descendants && self.holds(key.organization_id))
            || places.any(|place| self.holds(place.organization_id) && self.place(&who, place).is_some())
    }

    /// The keys of organizations outside that may do something here: by a role that was assigned to them, or for a
    /// service account.
    pub(super) fn foreign_keys(&self) -> impl Iterator<Item = ApiKeyId> {
        let keys = self.snapshot.keys.iter().filter(|(_, held)| !self.holds(held.key.organization_id));
        keys.filter(|(id, held)| self.shows_key(**id, held)).map(|(id, _)| *id)
    }
}

fn place_fact<'a>(
    who: Principal,
    place: &Place,
    grants: impl Iterator<Item = &'a Grant>,
    groups: Vec<GroupId>,
) -> PlaceFact {
    let grants = grants.map(|grant| GrantFact {
        id: grant.assignment_id,
        role: grant.role_id,
        on: grant.resource.as_deref().cloned(),
        until: grant.expire_time,
    });
    PlaceFact {
        who,
        member: place.membership.is_some(),
        until: place.membership.and_then(|membership| membership.expire_time),
        grants: grants.collect(),
        groups,
    }
}

pub(super) fn permission(entry: &RegisteredPermission) -> Fact {
    Fact::Permission(PermissionFact { name: entry.name.clone(), danger: entry.danger, rest: None })
}

pub(super) fn role(id: RoleId, held: &HeldRole) -> Option<Fact> {
    let (scope, permissions) = (held.scope, held.names.clone());
    Some(Fact::Role(RoleFact { id, at: held.organization_id?, scope, permissions, title: None }))
}

pub(super) fn group(id: GroupId, at: OrganizationId) -> Fact {
    Fact::Group(GroupFact { id, at, title: None })
}

pub(super) fn account(id: ServiceAccountId, at: OrganizationId, disabled: bool) -> Fact {
    Fact::ServiceAccount(AccountFact { id, at, disabled })
}

pub(super) fn resource(at: OrganizationId, own: &ResourceRef, placed: &Placed) -> Fact {
    Fact::Resource(ResourceFact {
        at,
        on: own.clone(),
        below: placed.parent.as_deref().cloned(),
        shut: !placed.inherits_roles,
    })
}

impl Stands {
    pub(super) fn of(state: &OrganizationState) -> Self {
        match state {
            OrganizationState::Active => Self::Active,
            OrganizationState::Suspended { .. } => Self::Suspended,
            OrganizationState::Deleted { .. } => Self::Deleted,
        }
    }
}
