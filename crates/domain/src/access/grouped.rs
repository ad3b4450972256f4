//! Groups in a snapshot: who is in which, what that gives, and who may put somebody in.

use std::collections::BTreeSet;
use std::sync::Arc;

use smallvec::SmallVec;

use super::NotGrantable;
use super::snapshot::{Groups, HeldGroup, Snapshot, copied};
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
        let groups = self.in_groups.entry((at, member)).or_default();
        if let Err(place) = groups.binary_search(&group) {
            groups.insert(place, group);
        }
        if let Principal::Group(inner) = member {
            self.nested.insert((group, inner));
        }
    }

    /// The groups that contain somebody or another group, directly or by nesting, the nearest first. They
    /// count only for whoever has a part in the organization.
    pub fn groups_containing(&self, at: OrganizationId, member: Principal) -> SmallVec<[GroupId; 4]> {
        let mut found = SmallVec::new();
        let Some(direct) = self.in_groups.get(&(at, member)) else { return found };
        found.extend_from_slice(direct);
        let mut next = 0;
        while let Some(group) = found.get(next).copied() {
            next += 1;
            for above in self.directly_above(at, group) {
                if !found.contains(&above) {
                    found.push(above);
                }
            }
        }
        found
    }

    /// Whether somebody, or another group, is directly in a group.
    pub fn is_in_group(&self, at: OrganizationId, group: GroupId, member: Principal) -> bool {
        self.in_groups.get(&(at, member)).is_some_and(|groups| groups.binary_search(&group).is_ok())
    }

    /// Whether a group is one of the organization's own.
    pub fn has_group(&self, at: OrganizationId, group: GroupId) -> bool {
        self.groups.get(&group).is_some_and(|held| held.organization_id == at)
    }

    /// A group and all that stand in it, directly or by nesting.
    pub fn groups_within(&self, group: GroupId) -> BTreeSet<GroupId> {
        reached(group, |group| self.directly_below(group))
    }

    /// Whether `member` may stand in `group`, both of one organization: no circle, and not too deep.
    pub fn check_nesting(
        &self,
        at: OrganizationId,
        group: GroupId,
        member: GroupId,
    ) -> Result<(), NestingRefused> {
        let above = |group| self.directly_above(at, group);
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

    fn directly_above(&self, at: OrganizationId, group: GroupId) -> Groups {
        self.in_groups.get(&(at, Principal::Group(group))).cloned().unwrap_or_default()
    }

    fn directly_below(&self, group: GroupId) -> impl Iterator<Item = GroupId> + '_ {
        let (first, last) = (GroupId::from_uuid(uuid::Uuid::nil()), GroupId::from_uuid(uuid::Uuid::max()));
        self.nested.range((group, first)..=(group, last)).map(|(_, member)| *member)
    }

    pub(super) fn remove_group_member(&mut self, gone: &GroupMember) {
        self.take_out(gone.organization_id, gone.group_id, gone.member);
    }

    /// A group that is gone contains nobody and holds nothing.
    pub(super) fn remove_group(&mut self, group: &Group) {
        let (at, id) = (group.organization_id, group.id);
        self.groups.remove(&id);
        self.remove_from_groups(at, Principal::Group(id));
        self.holdings.remove(&(at, Principal::Group(id)));
        let all = self.in_groups.range((at, Principal::FIRST)..=(at, Principal::LAST));
        let members: Vec<_> =
            all.filter(|(_, groups)| groups.contains(&id)).map(|((_, member), _)| *member).collect();
        for member in members {
            self.take_out(at, id, member);
        }
    }

    /// Whoever is gone is in no group.
    pub(super) fn remove_from_groups(&mut self, at: OrganizationId, member: Principal) {
        for group in self.in_groups.get(&(at, member)).cloned().unwrap_or_default() {
            self.take_out(at, group, member);
        }
    }

    /// The groups of organizations that left their tree are gone with all that is in them.
    pub(super) fn remove_groups_of(&mut self, gone: &BTreeSet<OrganizationId>) {
        let left = |held: &HeldGroup| gone.contains(&held.organization_id);
        let groups: BTreeSet<_> =
            self.groups.iter().filter(|(_, held)| left(held)).map(|(id, _)| *id).collect();
        self.groups = self.groups.iter().filter(|(_, held)| !left(held)).map(copied).collect();
        self.in_groups =
            self.in_groups.iter().filter(|((at, _), _)| !gone.contains(at)).map(copied).collect();
        self.nested = self.nested.iter().filter(|(outer, _)| !groups.contains(outer)).copied().collect();
    }

    fn take_out(&mut self, at: OrganizationId, group: GroupId, member: Principal) {
        if let Some(groups) = self.in_groups.get_mut(&(at, member)) {
            groups.retain(|other| *other != group);
            if groups.is_empty() {
                self.in_groups.remove(&(at, member));
            }
        }
        if let Principal::Group(inner) = member {
            self.nested.remove(&(group, inner));
        }
    }
}
