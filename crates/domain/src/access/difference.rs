//! Who gains and who loses what, from one snapshot to another: what a preview shows.

use std::collections::BTreeSet;

use super::placed::On;
use super::snapshot::Snapshot;
use crate::ids::{ApiKeyId, OrganizationId, UserId};
use crate::roles::{Principal, ResourceRef};
use crate::time::Time;

/// What changes for one principal in one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionChange {
    /// Whose rights change.
    pub principal: Principal,
    /// Where.
    pub organization_id: OrganizationId,
    /// Only on this workspace or resource; none: in the organization as a whole.
    pub resource: Option<ResourceRef>,
    /// What they may do afterwards and could not before.
    pub gained: Vec<String>,
    /// What they could do before and may not afterwards.
    pub lost: Vec<String>,
}

/// The difference between two snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Difference {
    /// The changes, up to the limit that was asked for.
    pub changes: Vec<PermissionChange>,
    /// There are more, or to look for more would take too long.
    pub truncated: bool,
}

/// How much of a difference is found.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    rows: usize,
    work: usize,
}

impl Room {
    /// For so many rows, and for what can be looked at while others wait.
    pub fn of(rows: usize) -> Self {
        Self { rows, work: MOST_WORK }
    }
}

/// How much is looked at: so many principals, each on so many things, in about half a second. Others may wait for it.
const MOST_WORK: usize = 300_000;
/// What a role on a condition costs beside one without: the condition may be evaluated for each of its permissions.
const CONDITION: usize = 1_000;

impl Snapshot {
    /// What changes from this snapshot to `after` in `organizations`, at most `limit` rows. The two
    /// may be of different trees: an organization that moves between tenants is compared as well.
    pub fn difference(
        &self,
        after: &Self,
        organizations: &[OrganizationId],
        limit: usize,
        now: Time,
    ) -> Difference {
        self.difference_between(now, after, now, organizations, limit)
    }

    /// The same of two moments: what this snapshot allowed at `then`, and `after` allows at `now`.
    pub fn difference_between(
        &self,
        then: Time,
        after: &Self,
        now: Time,
        organizations: &[OrganizationId],
        limit: usize,
    ) -> Difference {
        self.difference_within(then, after, now, organizations, &mut Room::of(limit))
    }

    /// The same as far as there is room, which is less afterwards: for what is compared in several parts.
    pub fn difference_within(
        &self,
        then: Time,
        after: &Self,
        now: Time,
        organizations: &[OrganizationId],
        room: &mut Room,
    ) -> Difference {
        let mut difference = Difference::default();
        for organization in organizations {
            let concerned: BTreeSet<_> =
                self.concerned(*organization).chain(after.concerned(*organization)).collect();
            // What is held on single workspaces and resources is compared there, and on what it reaches below; so is what a
            // condition may give or not.
            let parts = concerned.into_iter().flat_map(|principal| {
                let mut parts: BTreeSet<ResourceRef> = BTreeSet::new();
                for (snapshot, time) in [(self, then), (after, now)] {
                    parts.extend(snapshot.parts_named(&principal, *organization).into_iter().cloned());
                    if snapshot.may_depend(&principal, None, *organization, time) {
                        parts.extend(snapshot.workspaces_of(*organization).map(ResourceRef::workspace));
                    }
                }
                let whole = std::iter::once((principal, None));
                whole.chain(parts.into_iter().map(move |part| (principal, Some(part))))
            });
            for (principal, resource) in parts {
                let cost = 1
                    + self.conditions_of(&principal, *organization, then)
                    + after.conditions_of(&principal, *organization, now);
                let Some(left) = room.work.checked_sub(cost) else {
                    difference.truncated = true;
                    return difference;
                };
                room.work = left;
                let old = self.effective_on(&principal, *organization, resource.as_ref(), then);
                let new = after.effective_on(&principal, *organization, resource.as_ref(), now);
                if old.is_empty() && new.is_empty() {
                    continue;
                }
                let gained: Vec<_> = names(after, &new, self, &old);
                let lost: Vec<_> = names(self, &old, after, &new);
                if gained.is_empty() && lost.is_empty() {
                    continue;
                }
                let Some(left) = room.rows.checked_sub(1) else {
                    difference.truncated = true;
                    return difference;
                };
                room.rows = left;
                let organization_id = *organization;
                let change = PermissionChange { principal, organization_id, resource, gained, lost };
                difference.changes.push(change);
            }
        }
        difference
    }

    /// What the conditions on which somebody holds something cost to look at.
    fn conditions_of(&self, principal: &Principal, organization: OrganizationId, now: Time) -> usize {
        if !self.conditional {
            return 0;
        }
        let mut conditions = 0;
        self.all_sources(principal, organization, now, |source| {
            conditions +=
                source.all_grants(&On::whole()).filter(|(grant, _)| grant.condition.is_some()).count();
        });
        conditions * CONDITION
    }

    /// The parts of an organization on which roles make a difference for a principal: those that its assignments
    /// name, and what stands below them.
    fn parts_named(&self, principal: &Principal, organization: OrganizationId) -> BTreeSet<&ResourceRef> {
        // What is public is compared once, for anonymous.
        let mut named = self.resources_held(principal, organization);
        let below = self.resources_reached_from(organization, named.iter().copied());
        named.extend(below);
        named
    }

    /// The memberships in `organizations` that count at `now`: none in an organization that is stopped.
    pub fn seats(
        &self,
        organizations: &BTreeSet<OrganizationId>,
        now: Time,
    ) -> BTreeSet<(OrganizationId, UserId)> {
        let living = organizations.iter().filter(|organization| self.stopped(**organization).is_none());
        living
            .flat_map(|organization| self.members_at(*organization, now).map(|user| (*organization, user)))
            .collect()
    }

    fn members_at(&self, organization: OrganizationId, now: Time) -> impl Iterator<Item = UserId> {
        self.places.at(organization).filter_map(move |(principal, place)| match principal {
            Principal::User(user) if place.member_at(now) => Some(user),
            _ => None,
        })
    }

    /// The keys of `organizations` that can be used at `now`: none of an organization that is stopped.
    pub fn usable_keys(&self, organizations: &BTreeSet<OrganizationId>, now: Time) -> BTreeSet<ApiKeyId> {
        let usable = self.keys.iter().filter(|(_, held)| {
            let home = held.key.organization_id;
            organizations.contains(&home)
                && held.key.alive(now).is_ok()
                && self.key_may_act(&held.key)
                && self.stopped(home).is_none()
        });
        usable.map(|(id, _)| *id).collect()
    }

    /// The organizations at or below `top` that nobody owns in `after`, but somebody did before. `before`
    /// is of the tree that `top` stood in; none when it was not there.
    pub fn newly_ownerless(before: Option<&Self>, after: &Self, top: OrganizationId) -> Vec<OrganizationId> {
        // Most changes touch neither the tree nor an owner: then there is nothing to walk.
        if before.is_some_and(|before| {
            before.same_organizations(after) && before.owners.diff(&after.owners).next().is_none()
        }) {
            return Vec::new();
        }
        let had_owner = |organization| {
            before.is_none_or(|before| before.node(organization).is_none() || before.has_owner(organization))
        };
        after.ownerless(top).into_iter().filter(|organization| had_owner(*organization)).collect()
    }

    /// Everybody whose holdings reach the organization.
    pub(super) fn concerned(&self, organization: OrganizationId) -> impl Iterator<Item = Principal> {
        let reaching: Vec<_> = self.reaching(organization).collect();
        let held = reaching.clone().into_iter().flat_map(|at| self.places.at(at));
        let held = held.map(|(principal, _)| principal);
        let (from, at_home) = (reaching.clone(), reaching.clone());
        let keys = self.keys.iter().filter(move |(_, held)| reaching.contains(&held.key.organization_id));
        let groups = self.groups.iter().filter(move |(_, held)| from.contains(&held.organization_id));
        let accounts = self.accounts.iter().filter(move |(_, held)| at_home.contains(&held.organization_id));
        held.chain(keys.map(|(id, _)| Principal::ApiKey(*id)))
            .chain(groups.map(|(id, _)| Principal::Group(*id)))
            .chain(accounts.map(|(id, _)| Principal::ServiceAccount(*id)))
    }
}

/// The names in `set` (of `here`) that are not in `other` (of `there`). Compared by name, since
/// registered permissions have different places in different trees.
fn names(
    here: &Snapshot,
    set: &crate::permissions::PermissionSet,
    there: &Snapshot,
    other: &crate::permissions::PermissionSet,
) -> Vec<String> {
    let known: BTreeSet<_> = there.permission_names(other).collect();
    here.permission_names(set).filter(|name| !known.contains(name)).map(str::to_owned).collect()
}
