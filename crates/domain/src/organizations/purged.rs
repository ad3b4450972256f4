//! What remains of an organization that was purged: that it was.

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, TreeId};
use crate::time::Time;

/// An organization that was purged. It has no name in here: whoever reads the log that tells it may have
/// had no part in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Purged {
    /// Its id, never used again.
    pub id: OrganizationId,
    /// The tree that it stood in.
    pub tree_id: TreeId,
    /// In whose log it is told: its parent's. Of a tenant it is told in its own, which it ends, and in
    /// the root's.
    pub told: OrganizationId,
    /// When it was deleted.
    pub delete_time: Time,
    /// Since when it could be restored no longer.
    pub purge_time: Time,
}

impl Purged {
    /// The same, told in the root's log.
    pub fn told_to_root(self) -> Self {
        Self { told: OrganizationId::ROOT, ..self }
    }

    /// In which tree's ledger it is told. In its own one everything of it ends; in the root's it is news.
    pub fn ledger(&self) -> TreeId {
        if self.told == OrganizationId::ROOT { OrganizationId::ROOT } else { self.tree_id }
    }
}
