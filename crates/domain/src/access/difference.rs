//! Who gains and who loses what, from one snapshot to another: what a preview shows.

use std::collections::BTreeSet;

use super::snapshot::Snapshot;
use crate::ids::OrganizationId;
use crate::roles::Principal;
use crate::time::Time;

/// What changes for one principal in one organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermissionChange {
    /// Whose rights change.
    pub principal: Principal,
    /// Where.
    pub organization_id: OrganizationId,
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
    /// There are more.
    pub truncated: bool,
}

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
        let mut difference = Difference::default();
        for organization in organizations {
            let concerned: BTreeSet<_> =
                self.concerned(*organization).chain(after.concerned(*organization)).collect();
            for principal in concerned {
                let old = self.effective(&principal, *organization, now);
                let new = after.effective(&principal, *organization, now);
                if old.is_empty() && new.is_empty() {
                    continue;
                }
                let gained: Vec<_> = names(after, &new, self, &old);
                let lost: Vec<_> = names(self, &old, after, &new);
                if gained.is_empty() && lost.is_empty() {
                    continue;
                }
                if difference.changes.len() == limit {
                    difference.truncated = true;
                    return difference;
                }
                let organization_id = *organization;
                difference.changes.push(PermissionChange { principal, organization_id, gained, lost });
            }
        }
        difference
    }

    /// Everybody whose holdings reach the organization.
    fn concerned(&self, organization: OrganizationId) -> impl Iterator<Item = Principal> {
        let first = Principal::User(crate::ids::UserId::from_uuid(uuid::Uuid::nil()));
        let last = Principal::ApiKey(crate::ids::ApiKeyId::from_uuid(uuid::Uuid::max()));
        let reaching: Vec<_> = self.reaching(organization).collect();
        let held = reaching.clone().into_iter().flat_map(move |at| {
            self.holdings.range((at, first)..=(at, last)).map(|((_, principal), _)| *principal)
        });
        let keys = self.keys.iter().filter(move |(_, held)| reaching.contains(&held.key.organization_id));
        held.chain(keys.map(|(id, _)| Principal::ApiKey(*id)))
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
