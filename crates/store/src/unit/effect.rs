//! What a unit does, before it is committed: what a preview shows and a last check judges.

use std::collections::BTreeSet;

use polity_domain::access::{Difference, Room, Snapshot};
use polity_domain::ids::{ApiKeyId, OrganizationId};

use super::Writer;

/// Rows of a difference.
const LIMIT: usize = 1000;

impl Writer {
    /// The snapshot of the tree that an organization stood in when the lock was taken.
    pub fn before(&self, organization: OrganizationId) -> Option<&Snapshot> {
        self.works
            .iter()
            .map(|work| work.base.as_ref())
            .find(|snapshot| snapshot.node(organization).is_some())
    }

    /// Everything at and below these organizations, as it was and as it becomes.
    fn at_and_below(&self, tops: &[OrganizationId]) -> BTreeSet<OrganizationId> {
        let snapshots = |top| self.before(top).into_iter().chain(self.snapshot_of(top));
        tops.iter().flat_map(|top| snapshots(*top).flat_map(|snapshot| snapshot.subtree(*top))).collect()
    }

    /// What the recorded changes do to rights at and below these organizations, at most 1000 rows.
    pub fn difference(&self, tops: &[OrganizationId]) -> Difference {
        let (mut all, mut room) = (Difference::default(), Room::of(LIMIT));
        for organization in self.at_and_below(tops) {
            let (before, after) = (self.before(organization), self.snapshot_of(organization));
            let (Some(before), Some(after)) = (before.or(after), after.or(before)) else { continue };
            let part = before.difference_within(self.now(), after, self.now(), &[organization], &mut room);
            all.changes.extend(part.changes);
            if part.truncated {
                all.truncated = true;
                break;
            }
        }
        all
    }

    /// The keys at and below these organizations that can be used no longer.
    pub fn keys_ended(&self, tops: &[OrganizationId]) -> Vec<ApiKeyId> {
        let concerned = self.at_and_below(tops);
        let (before, after) = self.both(|snapshot| snapshot.usable_keys(&concerned, self.now()));
        before.difference(&after).copied().collect()
    }

    /// How many memberships at and below these organizations count no longer.
    pub fn seats_freed(&self, tops: &[OrganizationId]) -> u64 {
        let concerned = self.at_and_below(tops);
        let (before, after) = self.both(|snapshot| snapshot.seats(&concerned, self.now()));
        before.difference(&after).count() as u64
    }

    /// The organizations at and below these that somebody owned, and nobody does any more.
    pub fn newly_ownerless(&self, tops: &[OrganizationId]) -> Vec<OrganizationId> {
        let found = tops.iter().filter_map(|top| {
            Some(Snapshot::newly_ownerless(self.before(*top), self.snapshot_of(*top)?, *top))
        });
        found.flatten().collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The display names of the roles that are held at or below these organizations and can be held there
    /// no longer: they were made above, in organizations whose say does not reach there any more.
    pub fn roles_left_behind(&self, tops: &[OrganizationId]) -> BTreeSet<&str> {
        let found = tops.iter().filter_map(|top| {
            let (before, after) = (self.before(*top)?, self.snapshot_of(*top)?);
            (!before.same_organizations(after)).then(|| before.roles_left_behind(after, *top, self.now()))
        });
        found.flatten().collect()
    }

    /// What all locked trees have of something, as they were and as they become.
    fn both<T: Ord>(&self, of: impl Fn(&Snapshot) -> BTreeSet<T>) -> (BTreeSet<T>, BTreeSet<T>) {
        let before = self.works.iter().flat_map(|work| of(&work.base)).collect();
        (before, self.works.iter().flat_map(|work| of(&work.snapshot)).collect())
    }
}
