//! Reading by permit.

use std::sync::Arc;

use polity_domain::access::{Permit, Snapshot};
use polity_domain::ids::{OrganizationId, SupportAccessGrantId};
use polity_domain::permissions::Read;
use sea_orm::DatabaseConnection;

use crate::Store;

/// Leave to read in one organization, with the snapshot by which it was given.
pub struct Reader {
    pub(crate) db: DatabaseConnection,
    permit: Permit<Read>,
    snapshot: Arc<Snapshot>,
}

impl Reader {
    /// Opens by a permit that `snapshot` gave.
    pub fn open(store: &Store, permit: Permit<Read>, snapshot: Arc<Snapshot>) -> Self {
        Self { db: store.connections.read.clone(), permit, snapshot }
    }

    /// Where.
    pub fn organization(&self) -> OrganizationId {
        self.permit.organization()
    }

    /// The organization's display name.
    pub fn title(&self) -> &str {
        self.snapshot.node(self.organization()).map_or("", |node| &node.title)
    }

    /// The grant by which one of the platform's staff reads.
    pub fn support_access_grant(&self) -> Option<SupportAccessGrantId> {
        self.permit.support_access_grant()
    }

    /// What decides access there.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }
}
