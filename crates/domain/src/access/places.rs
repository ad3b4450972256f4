//! What each principal has in each organization of a tree: the one place that a decision looks at.

use smallvec::SmallVec;

use super::layered::{Base, Layered};
use super::snapshot::{Grant, Groups, Membership};
use super::sorted::Sorted;
use crate::ids::OrganizationId;
use crate::roles::Principal;
use crate::time::Time;

/// What one principal has in one organization.
#[derive(Debug, Clone)]
pub(super) struct Place {
    pub organization_id: OrganizationId,
    /// Its membership, if it is a member.
    pub membership: Option<Membership>,
    pub grants: SmallVec<[Grant; 1]>,
    /// The groups that it is directly in.
    pub groups: Groups,
}

impl Place {
    fn new(organization_id: OrganizationId) -> Self {
        let (grants, groups) = (SmallVec::new(), SmallVec::new());
        Self { organization_id, membership: None, grants, groups }
    }

    pub fn member_at(&self, now: Time) -> bool {
        self.membership.is_some_and(|membership| membership.expire_time.is_none_or(|end| now < end))
    }

    fn is_empty(&self) -> bool {
        self.membership.is_none() && self.grants.is_empty() && self.groups.is_empty()
    }
}

/// All that one principal has, by the organizations' ids. Most have something in one.
pub(super) type OfOne = SmallVec<[Place; 1]>;

/// How many are looked through one by one.
const FEW: usize = 8;

/// Who has what, where.
#[derive(Debug, Clone, Default)]
pub(super) struct Places {
    of: Layered<Principal, OfOne>,
    /// Who has something in an organization.
    at: Sorted<(OrganizationId, Principal)>,
    groups_changed: u64,
}

impl Places {
    /// The name of what is dense.
    pub fn base_name(&self) -> Base<Principal, OfOne> {
        self.of.base_name()
    }

    /// What is dense.
    pub fn base(&self) -> impl Iterator<Item = (&Principal, &[Place])> {
        self.of.base().map(|(principal, places)| (principal, &places[..]))
    }

    pub fn is_base(&self, name: &Base<Principal, OfOne>) -> bool {
        self.of.is_base(name)
    }

    /// Whether a principal has what it has in a base of this name.
    pub fn is_as_in(&self, name: &Base<Principal, OfOne>, principal: &Principal) -> bool {
        self.of.is_as_in(name, principal)
    }

    /// How often what a group has was changed.
    pub fn groups_changed(&self) -> u64 {
        self.groups_changed
    }

    /// All that a principal has.
    pub fn of(&self, principal: &Principal) -> &[Place] {
        self.of.get(principal).map_or(&[], |places| places)
    }

    pub fn get(&self, at: OrganizationId, principal: &Principal) -> Option<&Place> {
        find(self.of(principal), at)
    }

    /// Makes what changed dense again, once that is much.
    pub fn settle(&mut self) {
        self.of.settle();
        self.at.settle();
    }

    /// All of them, by organizations and principals in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Principal, &Place)> {
        self.at.iter().filter_map(move |(at, principal)| Some((*principal, self.get(*at, principal)?)))
    }

    /// So many at once, in the order of [`Places::iter`]: nothing is looked for. None when they are not in that order.
    pub fn in_order<E>(
        count: usize,
        places: impl Iterator<Item = Result<(Principal, Place), E>>,
    ) -> Result<Option<Self>, E> {
        let mut at: Vec<(OrganizationId, Principal)> = Vec::with_capacity(count);
        let mut of = Layered::with_capacity(count);
        for place in places {
            let (principal, place) = place?;
            let next = (place.organization_id, principal);
            if at.last().is_some_and(|last| *last >= next) {
                return Ok(None);
            }
            at.push(next);
            of.entry(principal, OfOne::new).push(place);
        }
        Ok(Some(Self { of, at: Sorted::of(at), groups_changed: 0 }))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.at.len()
    }

    /// Whoever has something in an organization, in their order.
    pub fn at(&self, at: OrganizationId) -> impl Iterator<Item = (Principal, &Place)> {
        let here = self.at.range((at, Principal::FIRST)..=(at, Principal::LAST));
        here.filter_map(move |(_, principal)| Some((*principal, self.get(at, principal)?)))
    }

    /// Changes what a principal has in an organization; nothing is kept of one that has nothing there any more.
    pub fn change(&mut self, at: OrganizationId, principal: Principal, change: impl FnOnce(&mut Place)) {
        self.groups_changed += u64::from(matches!(principal, Principal::Group(_)));
        let places = self.of.entry(principal, SmallVec::new);
        let index = places.binary_search_by_key(&at, |place| place.organization_id).unwrap_or_else(|index| {
            self.at.insert((at, principal));
            places.insert(index, Place::new(at));
            index
        });
        change(&mut places[index]);
        if places[index].is_empty() {
            places.remove(index);
            if places.is_empty() {
                self.of.remove(&principal);
            }
            self.at.remove(&(at, principal));
        }
    }

    /// Takes out all that a principal has in an organization.
    pub fn remove(&mut self, at: OrganizationId, principal: Principal) {
        if self.get(at, &principal).is_some() {
            self.change(at, principal, |place| *place = Place::new(at));
        }
    }

    /// Takes out all that anybody has in an organization.
    pub fn remove_all_at(&mut self, at: OrganizationId) {
        let here: Vec<_> = self.at(at).map(|(principal, _)| principal).collect();
        for principal in here {
            self.remove(at, principal);
        }
    }
}

/// The place in an organization among those of one principal.
pub(super) fn find(places: &[Place], at: OrganizationId) -> Option<&Place> {
    if places.len() <= FEW {
        return places.iter().find(|place| place.organization_id == at);
    }
    let index = places.binary_search_by_key(&at, |place| place.organization_id).ok()?;
    places.get(index)
}
