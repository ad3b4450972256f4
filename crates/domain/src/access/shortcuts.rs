//! What most people hold, each in half a line of memory.
//!
//! In a large tree a decision waits for memory more than it computes. Whoever is in one organization, with roles that
//! count until somebody takes them away, is written down here once more, found by one look. Whose place has changed
//! since, and who holds what is less simple, is decided by the places themselves.

use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::FixedState;
use imbl::OrdMap;
use smallvec::SmallVec;

use super::layered::Base;
use super::places::{OfOne, Place};
use super::snapshot::{HeldRole, Snapshot, Standing};
use crate::ids::{OrganizationId, RoleId, UserId};
use crate::permissions::{PermissionIndex, PermissionSet};
use crate::roles::Principal;
use crate::time::Time;

/// What was written down, and of what.
#[derive(Debug, Clone)]
pub(super) struct Shortcuts {
    /// The places.
    base: Base<Principal, OfOne>,
    /// How often what groups have had changed.
    groups: u64,
    roles: OrdMap<RoleId, Arc<HeldRole>>,
    slots: Arc<[Slot]>,
    role_sets: Vec<RoleSet>,
}

/// What one person holds.
#[derive(Debug, Clone, Copy)]
#[repr(align(32))]
struct Slot {
    user: UserId,
    /// The end of the membership; [`i64::MAX`]: none.
    until: i64,
    /// The number of the organization.
    at: u32,
    /// Which roles, with [`BY_GROUPS`]; [`EMPTY`]: nobody is here.
    role_set: u32,
}

/// Says of a slot that nobody is in it.
const EMPTY: u32 = u32::MAX;
/// Says of a slot that groups may give some of it.
const BY_GROUPS: u32 = 1 << 31;
/// So many different sets of roles, so that they stay few: they are read anew with each role that changes.
const MOST: u32 = 1 << 16;

/// Roles that somebody holds together.
#[derive(Debug, Clone)]
struct RoleSet {
    roles: Roles,
    permissions: PermissionSet,
}

/// With where each was made.
type Roles = SmallVec<[(RoleId, Option<OrganizationId>); 2]>;

/// What a shortcut tells of a person in an organization.
pub(super) struct Shortly {
    /// Whether the person is a part of it.
    pub part: bool,
    /// Whether roles give it.
    pub given: bool,
}

impl Shortcuts {
    fn of(snapshot: &Snapshot) -> Self {
        let people = snapshot.places.base().filter_map(|(principal, places)| match (principal, places) {
            (Principal::User(user), [place]) => Some((*user, place)),
            _ => None,
        });
        let mut numbers: HashMap<Roles, u32, FixedState> = HashMap::default();
        let simple: Vec<Slot> = people
            .filter_map(|(user, place)| {
                let until = place.membership?.expire_time.map_or(i64::MAX, Time::micros);
                let (roles, flag) = snapshot.simply_held(place)?;
                let next = u32::try_from(numbers.len()).ok()?;
                if next >= MOST && !numbers.contains_key(&roles) {
                    return None;
                }
                let role_set = *numbers.entry(roles).or_insert(next);
                let at = snapshot.node(place.organization_id)?.standing.number()?;
                Some(Slot { user, until, at, role_set: role_set | flag })
            })
            .collect();
        let mut role_sets: Vec<_> = numbers.into_iter().collect();
        role_sets.sort_unstable_by_key(|(_, number)| *number);
        let role_set = |(roles, _)| RoleSet { roles, permissions: PermissionSet::empty() };
        Self {
            base: snapshot.places.base_name(),
            groups: snapshot.places.groups_changed(),
            roles: OrdMap::new(),
            slots: table(&simple),
            role_sets: role_sets.into_iter().map(role_set).collect(),
        }
    }

    /// The same where roles may mean something else. None if one is not what it was made of.
    fn with_roles(&self, roles: &OrdMap<RoleId, Arc<HeldRole>>) -> Option<Self> {
        let role_set = |role_set: &RoleSet| {
            let mut permissions = PermissionSet::empty();
            for (id, made_at) in &role_set.roles {
                if let Some(role) = roles.get(id) {
                    (role.organization_id == *made_at).then(|| permissions.extend(&role.permissions))?;
                }
            }
            Some(RoleSet { roles: role_set.roles.clone(), permissions })
        };
        let role_sets = self.role_sets.iter().map(role_set).collect::<Option<_>>()?;
        Some(Self { roles: roles.clone(), role_sets, ..self.clone() })
    }

    fn find(&self, user: UserId) -> Option<&Slot> {
        let mut index = start(user, self.slots.len());
        loop {
            let slot = self.slots.get(index)?;
            if slot.user == user {
                return Some(slot);
            }
            if slot.role_set == EMPTY {
                return None;
            }
            index = if index + 1 == self.slots.len() { 0 } else { index + 1 };
        }
    }
}

/// A table of these with a third more room: whoever is looked for is where the hash says, or soon behind.
fn table(people: &[Slot]) -> Arc<[Slot]> {
    let room = people.len() + people.len() / 3 + 1;
    let nobody = Slot { user: UserId::from_uuid(uuid::Uuid::nil()), until: 0, at: 0, role_set: EMPTY };
    let mut slots = vec![nobody; room];
    for person in people {
        let from = start(person.user, room);
        let free = (from..room).chain(0..from).find(|index| slots[*index].role_set == EMPTY);
        if let Some(free) = free {
            slots[free] = *person;
        }
    }
    slots.into()
}

/// Where in a table of some length to begin.
fn start(user: UserId, room: usize) -> usize {
    let hash = FixedState::default().hash_one(user);
    usize::try_from((u128::from(hash) * room as u128) >> 64).unwrap_or_default()
}

impl Snapshot {
    /// Writes the shortcuts down where they are not those of what is there now.
    pub(super) fn settle_shortcuts(&mut self) {
        let known = self.shortcuts.take().filter(|known| self.places.is_base(&known.base));
        if known.as_ref().is_some_and(|known| known.roles.ptr_eq(&self.roles)) {
            self.shortcuts = known;
            return;
        }
        let known = known.map_or_else(|| Shortcuts::of(self), Arc::unwrap_or_clone);
        self.shortcuts = known.with_roles(&self.roles).map(Arc::new);
    }

    /// What a shortcut tells, if there is one that is true.
    pub(super) fn shortly(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        standing: &Standing,
        now: Time,
    ) -> Option<Shortly> {
        let Principal::User(user) = principal else { return None };
        let shortcuts = self.shortcuts.as_deref()?;
        let slot = shortcuts.find(*user)?;
        if slot.role_set == EMPTY
            || !self.places.is_as_in(&shortcuts.base, principal)
            || !shortcuts.roles.ptr_eq(&self.roles)
            || (slot.role_set & BY_GROUPS != 0 && shortcuts.groups != self.places.groups_changed())
        {
            return None;
        }
        let role_set = shortcuts.role_sets.get(usize::try_from(slot.role_set & !BY_GROUPS).ok()?)?;
        let part = (slot.until == i64::MAX || now < Time(slot.until)) && standing.reached_from(slot.at);
        Some(Shortly { part, given: part && role_set.permissions.contains(permission) })
    }

    /// The roles that somebody has by a place, itself and by groups, and whether it is by groups: if each is held on all of the
    /// organization, without end or condition, and can always be held there.
    fn simply_held(&self, place: &Place) -> Option<(Roles, u32)> {
        let groups = self.groups_above(place);
        let by_groups = groups.iter().filter_map(|(_, own)| *own).flat_map(|own| &own.grants);
        let mut roles = Roles::new();
        for grant in place.grants.iter().chain(by_groups) {
            let simple = grant.resource.is_none() && grant.expire_time.is_none() && grant.condition.is_none();
            let made_at = self.roles.get(&grant.role_id).filter(|_| simple)?.organization_id;
            // One that was made above may not reach it tomorrow.
            if made_at.is_some_and(|made_at| made_at != place.organization_id) {
                return None;
            }
            roles.push((grant.role_id, made_at));
        }
        roles.sort_unstable();
        roles.dedup();
        Some((roles, if groups.is_empty() { 0 } else { BY_GROUPS }))
    }
}
