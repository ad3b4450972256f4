//! Groups in a snapshot: who is in which, what that gives, and who may put somebody in.

use std::collections::BTreeSet;
use std::sync::Arc;

use smallvec::SmallVec;

use super::NotGrantable;
use super::places::Place;
use super::snapshot::{HeldGroup, Snapshot, copied};
use crate::groups::{Group, GroupMember, NestingRefused, check_nesting, reached};
use crate::ids::{GroupId, OrganizationId};
use crate::roles::Principal;
use crate::time::Time;

/// The group by which something is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InGroup {
    /// Which one.
    pub group_id: GroupId,
    /// Its display name.
    pub title: Arc<str>,
}

impl Snapshot {
    /// Puts a group in, or as it is now.
    pub fn put_group(&mut self, group: &Group) {
        self.put_group_named(group.id, group.organization_id, &group.title);
    }

    /// The same, from the little of it that decides access.
    pub fn put_group_named(&mut self, group: GroupId, organization_id: OrganizationId, title: &str) {
        self.groups.insert(group, HeldGroup { organization_id, title: Arc::from(title) });
    }

    /// Puts somebody, or another group, into a group.
    pub fn put_group_member(&mut self, at: OrganizationId, group: GroupId, member: Principal) {
        self.places.change(at, member, |place| {
            if let Err(index) = place.groups.binary_search(&group) {
                place.groups.insert(index, group);
            }
        });
        self.in_groups.insert((group, member));
    }

    /// The groups that contain somebody or another group, directly or by nesting, the nearest first. They
    /// count only for whoever has a part in the organization.
    pub fn groups_containing(&self, at: OrganizationId, member: Principal) -> SmallVec<[GroupId; 4]> {
        let place = self.places.get(at, &member);
        place.into_iter().flat_map(|place| self.groups_above(place)).map(|(group, _)| group).collect()
    }

    /// The groups that contain whoever has a place, each with what it has there itself.
    pub(super) fn groups_above(&self, place: &Place) -> SmallVec<[(GroupId, Option<&Place>); 4]> {
        let with_place =
            |group: &GroupId| (*group, self.places.get(place.organization_id, &Principal::Group(*group)));
        let mut found: SmallVec<[_; 4]> = place.groups.iter().map(with_place).collect();
        let mut next = 0;
        while let Some((_, own)) = found.get(next).copied() {
            next += 1;
            for above in own.map_or(&[][..], |own| &own.groups) {
                if found.iter().all(|(group, _)| group != above) {
                    found.push(with_place(above));
                }
            }
        }
        found
    }

    /// Whether somebody, or another group, is directly in a group.
    pub fn is_in_group(&self, at: OrganizationId, group: GroupId, member: Principal) -> bool {
        self.places.get(at, &member).is_some_and(|place| place.groups.binary_search(&group).is_ok())
    }

    /// Whether a group is one of the organization's own.
    pub fn has_group(&self, at: OrganizationId, group: GroupId) -> bool {
        self.groups.get(&group).is_some_and(|held| held.organization_id == at)
    }

    /// A group and all that stand in it, directly or by nesting.
    pub fn groups_within(&self, group: GroupId) -> BTreeSet<GroupId> {
        reached(group, |group| self.directly_below(group))
    }

    /// Whoever holds what a group holds: the group itself, the groups that stand in it, and those who are in any of
    /// them.
    pub fn holders_by(&self, group: GroupId) -> BTreeSet<Principal> {
        let groups = self.groups_within(group).into_iter();
        let inside =
            |group: GroupId| self.in_groups.range((group, Principal::FIRST)..=(group, Principal::LAST));
        groups
            .flat_map(|group| inside(group).map(|(_, member)| *member).chain([Principal::Group(group)]))
            .collect()
    }

    /// Whether `member` may stand in `group`, both of one organization: no circle, and not too deep.
    pub fn check_nesting(
        &self,
        at: OrganizationId,
        group: GroupId,
        member: GroupId,
    ) -> Result<(), NestingRefused> {
        let above = |group| self.directly_above(at, group).iter().copied();
        check_nesting(group, member, above, |group| self.directly_below(group))
    }

    /// Whether `granter` may put somebody into a group: whoever is in it holds all that it and the groups
    /// above it hold, so the granter must be able to grant that, also to themselves.
    pub fn may_join(
        &self,
        granter: &Principal,
        group: GroupId,
        at: OrganizationId,
        now: Time,
    ) -> Result<(), NotGrantable> {
        self.may_grant(granter, &self.held_at(&Principal::Group(group), at, now), at, now)
    }

    pub(super) fn in_group(&self, group: GroupId) -> Option<InGroup> {
        self.groups.get(&group).map(|held| InGroup { group_id: group, title: held.title.clone() })
    }

    fn directly_above(&self, at: OrganizationId, group: GroupId) -> &[GroupId] {
        self.places.get(at, &Principal::Group(group)).map_or(&[], |place| &place.groups)
    }

    fn directly_below(&self, group: GroupId) -> impl Iterator<Item = GroupId> + '_ {
        let inside = |member| (group, Principal::Group(GroupId::from_uuid(member)));
        let below = self.in_groups.range(inside(uuid::Uuid::nil())..=inside(uuid::Uuid::max()));
        below.filter_map(|(_, member)| match member {
            Principal::Group(inner) => Some(*inner),
            _ => None,
        })
    }

    pub(super) fn remove_group_member(&mut self, gone: &GroupMember) {
        let (group, member) = (gone.group_id, gone.member);
        self.places
            .change(gone.organization_id, member, |place| place.groups.retain(|other| *other != group));
        self.in_groups.remove(&(group, member));
    }

    /// A group that is gone contains nobody and holds nothing.
    pub(super) fn remove_group(&mut self, group: &Group) {
        self.remove_group_at(group.organization_id, group.id);
    }

    pub(super) fn remove_group_at(&mut self, at: OrganizationId, id: GroupId) {
        self.groups.remove(&id);
        self.remove_place(at, Principal::Group(id));
        for member in self.empty_group(id) {
            self.places.change(at, member, |place| place.groups.retain(|other| *other != id));
        }
    }

    /// Takes everybody out of a group that is going, and tells who was in it; their places still name it.
    pub(super) fn empty_group(&mut self, group: GroupId) -> Vec<Principal> {
        let inside = self.in_groups.range((group, Principal::FIRST)..=(group, Principal::LAST));
        let inside: Vec<_> = inside.map(|(_, member)| *member).collect();
        for member in &inside {
            self.in_groups.remove(&(group, *member));
        }
        inside
    }

    /// Whoever is gone from an organization holds nothing there and is in no group.
    pub(super) fn remove_place(&mut self, at: OrganizationId, member: Principal) {
        let groups = self.places.get(at, &member).map(|place| place.groups.clone()).unwrap_or_default();
        for group in groups {
            self.in_groups.remove(&(group, member));
        }
        self.places.remove(at, member);
    }

    /// The groups of organizations that left their tree are gone with all that is in them.
    pub(super) fn remove_groups_of(&mut self, gone: &BTreeSet<OrganizationId>) {
        let left = |held: &HeldGroup| gone.contains(&held.organization_id);
        let groups: BTreeSet<_> =
            self.groups.iter().filter(|(_, held)| left(held)).map(|(id, _)| *id).collect();
        self.groups = self.groups.iter().filter(|(_, held)| !left(held)).map(copied).collect();
        for group in groups {
            self.empty_group(group);
        }
    }
}
