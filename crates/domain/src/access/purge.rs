//! An organization that is gone for good.

use imbl::{OrdMap, OrdSet};
use uuid::Uuid;

use super::snapshot::Snapshot;
use crate::ids::{OrganizationId, UserId, WorkspaceId};

impl Snapshot {
    /// Takes an organization that has no children out, with all that it had. It costs what the organization
    /// had, not what the tree has: a lock is held meanwhile.
    pub(super) fn remove_organization(&mut self, gone: OrganizationId) {
        let Some(edge) = self.node(gone).map(|node| node.edge) else { return };
        self.organizations.remove(&gone);
        if self.organizations.is_empty() {
            *self = Self { revision: self.revision, ..Self::new(self.tree_id) };
            return;
        }
        if let Some(edge) = edge {
            self.children.remove(&(edge.parent, gone));
        }
        self.places.remove_all_at(gone);
        cut_set(&mut self.owners, gone, UserId::from_uuid);
        cut_set(&mut self.workspaces, gone, WorkspaceId::from_uuid);
        self.resources.remove_all_at(gone);
        let groups = keys(&self.groups, |held| held.organization_id == gone);
        for group in groups {
            self.groups.remove(&group);
            self.empty_group(group);
        }
        for account in keys(&self.accounts, |held| held.organization_id == gone) {
            self.accounts.remove(&account);
        }
        for role in keys(&self.roles, |held| held.organization_id == Some(gone)) {
            self.roles.remove(&role);
        }
        for key in keys(&self.keys, |held| held.key.organization_id == gone) {
            self.keys.remove(&key);
        }
        self.support.remove_of(gone);
        self.policies.remove_all_of(&[gone].into());
        self.withdraw_permissions(&[gone].into());
    }
}

/// Takes what is under an id out of a set.
fn cut_set<K: Copy + Ord, T: Copy + Ord>(set: &mut OrdSet<(K, T)>, gone: K, id: impl Fn(Uuid) -> T) {
    let under = set.range((gone, id(Uuid::nil()))..=(gone, id(Uuid::max())));
    for entry in under.copied().collect::<Vec<_>>() {
        set.remove(&entry);
    }
}

fn keys<K: Copy + Ord, V: Clone>(map: &OrdMap<K, V>, gone: impl Fn(&V) -> bool) -> Vec<K> {
    map.iter().filter(|(_, held)| gone(held)).map(|(key, _)| *key).collect()
}
