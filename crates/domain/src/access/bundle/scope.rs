//! What a bundle of an organization is about, and what of a snapshot decides there.
//!
//! It is about the organization and, unless whoever asks has a right that ends there, those below that inherit its
//! roles. What is held above decides there as well, as far as it reaches down; of what is above that, only whether it
//! stops everything. Nothing beside it is shown: no sibling, nobody who holds something only there.

use std::cell::OnceCell;

use crate::access::Denial;
use crate::access::places::Place;
use crate::access::snapshot::{Grant, Snapshot};
use crate::ids::{GroupId, OrganizationId};
use crate::roles::Principal;

use super::fact::Stands;

/// A part of a snapshot.
pub(super) struct Scope<'a> {
    pub snapshot: &'a Snapshot,
    pub organization: OrganizationId,
    pub descendants: bool,
    all: OnceCell<Vec<OrganizationId>>,
}

impl<'a> Scope<'a> {
    pub fn new(snapshot: &'a Snapshot, organization: OrganizationId, descendants: bool) -> Self {
        Self { snapshot, organization, descendants, all: OnceCell::new() }
    }

    /// Whether questions about an organization are answered: it is the organization itself, or inherits from it.
    pub fn inside(&self, id: OrganizationId) -> bool {
        if id == self.organization {
            return self.snapshot.node(id).is_some();
        }
        self.descendants && self.snapshot.reaching(id).any(|at| at == self.organization)
    }

    /// The same, parents before children.
    pub fn all_inside(&self) -> &[OrganizationId] {
        self.all.get_or_init(|| self.find_inside())
    }

    fn find_inside(&self) -> Vec<OrganizationId> {
        let own = self.snapshot.node(self.organization).map(|_| self.organization);
        let mut found: Vec<_> = own.into_iter().collect();
        let mut next = 0;
        while let Some(at) = found.get(next).copied().filter(|_| self.descendants) {
            next += 1;
            let inherits = |id: &OrganizationId| {
                self.snapshot.node(*id).and_then(|node| node.edge).is_some_and(|edge| edge.inherits_roles)
            };
            found.extend(self.snapshot.children(at).filter(inherits));
        }
        found
    }

    /// The organizations above whose roles reach it, nearest first.
    pub fn above(&self) -> impl Iterator<Item = OrganizationId> + use<'a> {
        self.snapshot.reaching(self.organization).skip(1)
    }

    /// Whether what is held in an organization may decide.
    pub fn holds(&self, at: OrganizationId) -> bool {
        self.inside(at) || self.above().any(|above| above == at)
    }

    /// The topmost organization whose roles reach it.
    pub fn top(&self) -> OrganizationId {
        self.above().last().unwrap_or(self.organization)
    }

    /// How an organization stands; the topmost one also for all that is above it.
    pub fn state(&self, id: OrganizationId) -> Stands {
        if id == self.top() {
            return match self.snapshot.stopped(id) {
                None => Stands::Active,
                Some(Denial::Suspended) => Stands::Suspended,
                Some(_) => Stands::Deleted,
            };
        }
        self.snapshot.node(id).map_or(Stands::Deleted, |node| Stands::of(&node.state))
    }

    /// What of a principal's holdings above may decide: nothing of one who is no member there, or has nothing but
    /// that.
    pub fn held_above<'p>(
        &self,
        who: &Principal,
        place: &'p Place,
    ) -> Option<(Vec<&'p Grant>, Vec<GroupId>)> {
        let counts = !matches!(who, Principal::User(_)) || place.membership.is_some();
        let at = place.organization_id;
        let grants: Vec<_> = place.grants.iter().filter(|grant| self.reaches_down(at, grant)).collect();
        let groups: Vec<_> =
            place.groups.iter().copied().filter(|group| self.gives(at, *group, &mut Vec::new())).collect();
        (counts && !(grants.is_empty() && groups.is_empty())).then_some((grants, groups))
    }

    /// Whether a grant that is held above may allow something inside: one on a workspace only where that is, and
    /// one on a condition nowhere.
    fn reaches_down(&self, at: OrganizationId, grant: &Grant) -> bool {
        if grant.condition.is_some() {
            return false;
        }
        let Some(resource) = grant.resource.as_deref().filter(|resource| resource.is_workspace()) else {
            return true;
        };
        let Some(workspace) = resource.as_workspace() else { return false };
        // Nearly all are held where the workspace is.
        !self.snapshot.has_workspace(at, workspace)
            && self.all_inside().iter().any(|inside| self.snapshot.has_workspace(*inside, workspace))
    }

    /// Whether a group above, or one that it stands in, holds something that may decide.
    pub fn gives(&self, at: OrganizationId, group: GroupId, seen: &mut Vec<GroupId>) -> bool {
        if seen.contains(&group) {
            return false;
        }
        seen.push(group);
        let Some(place) = self.snapshot.places.get(at, &Principal::Group(group)) else { return false };
        place.grants.iter().any(|grant| self.reaches_down(at, grant))
            || place.groups.iter().any(|above| self.gives(at, *above, seen))
    }
}
