//! What most people hold, each in half a line of memory.
//!
//! In a large tree a decision waits for memory more than it computes. Whoever is in one organization, with roles that
//! count until somebody takes them away, is written down here once more, found by one look. Whose place has changed
//! since, and who holds what is less simple, is decided by the places themselves.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;
use imbl::OrdMap;
use smallvec::SmallVec;

use super::layered::Base;
use super::places::{OfOne, Place};
use super::slots::{Slot, Slots};
use super::snapshot::{HeldRole, Snapshot, Standing};
use crate::ids::{OrganizationId, RoleId};
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
    slots: Slots,
    /// At most 65,536 different ones: they are read anew with each role that changes.
    role_sets: Vec<RoleSet>,
}

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
        let mut numbers: HashMap<Roles, u16, FixedState> = HashMap::default();
        let simple: Vec<Slot> = people
            .filter_map(|(user, place)| {
                let until = place.membership?.expire_time.map_or(i64::MAX, Time::micros);
                let (roles, by_groups) = snapshot.simply_held(place)?;
                let at = snapshot.node(place.organization_id)?.standing.number()?;
                let known = numbers.get(&roles).copied();
                let role_set = known.or_else(|| {
                    let next = u16::try_from(numbers.len()).ok()?;
                    numbers.insert(roles, next);
                    Some(next)
                })?;
                Some(Slot { user, until, at, role_set, by_groups })
            })
            .collect();
        let mut role_sets: Vec<_> = numbers.into_iter().collect();
        role_sets.sort_unstable_by_key(|(_, number)| *number);
        let role_set = |(roles, _)| RoleSet { roles, permissions: PermissionSet::empty() };
        Self {
            base: snapshot.places.base_name(),
            groups: snapshot.places.groups_changed(),
            roles: OrdMap::new(),
            slots: Slots::of(&simple),
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

    /// Whether what somebody holds is found by one look.
    pub fn found_at_once(&self, principal: &Principal) -> bool {
        self.shortcut(principal).is_some()
    }

    /// What was written down of somebody, if it is still true.
    fn shortcut(&self, principal: &Principal) -> Option<(&Slot, &RoleSet)> {
        let Principal::User(user) = principal else { return None };
        let shortcuts = self.shortcuts.as_deref()?;
        let slot = shortcuts.slots.find(*user)?;
        let as_then = self.places.is_as_in(&shortcuts.base, principal)
            && shortcuts.roles.ptr_eq(&self.roles)
            && (!slot.by_groups || shortcuts.groups == self.places.groups_changed());
        let role_set = shortcuts.role_sets.get(usize::from(slot.role_set))?;
        as_then.then_some((slot, role_set))
    }

    /// What a shortcut tells, if there is one.
    pub(super) fn shortly(
        &self,
        principal: &Principal,
        permission: PermissionIndex,
        standing: &Standing,
        now: Time,
    ) -> Option<Shortly> {
        let (slot, role_set) = self.shortcut(principal)?;
        let part = now.micros() < slot.until && standing.reached_from(slot.at);
        Some(Shortly { part, given: part && role_set.permissions.contains(permission) })
    }

    /// The roles that somebody has by a place, itself and by groups, and whether it is by groups: if each is held on all of the
    /// organization, without end or condition, and can always be held there.
    fn simply_held(&self, place: &Place) -> Option<(Roles, bool)> {
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
        Some((roles, !groups.is_empty()))
    }
}
