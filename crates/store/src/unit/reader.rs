//! Reading by permit.

use std::sync::Arc;

use polity_domain::access::{Permit, Snapshot};
use polity_domain::ids::{OrganizationId, SupportAccessGrantId};
use polity_domain::permissions::Read;
use sea_orm::DatabaseConnection;

use crate::Store;

/// Leave to read in one organization, with the snapshot by which it was given.
pub struct Reader {
    /// Where everything is that the ledgers of the organization's tree and of the root's tell: the primary, or a standby
    /// that has as much of these ledgers.
    pub(crate) db: DatabaseConnection,
    /// The primary, for all else: what no ledger tells, and other trees' ledgers.
    pub(crate) primary: DatabaseConnection,
    permit: Permit<Read>,
    snapshot: Arc<Snapshot>,
}

impl Reader {
    /// Opens by a permit that `snapshot` gave. What is read may prepare a change: it is read from the primary.
    pub fn open(store: &Store, permit: Permit<Read>, snapshot: Arc<Snapshot>) -> Self {
        let primary = store.connections.read.clone();
        Self { db: primary.clone(), primary, permit, snapshot }
    }

    /// The same for what is only shown: it may be read from a standby, if one has at this moment all that the primary
    /// has.
    pub async fn open_to_show(store: &Store, permit: Permit<Read>, snapshot: Arc<Snapshot>) -> Self {
        let db = store.rows_of(snapshot.tree_id()).await;
        Self { db, primary: store.connections.read.clone(), permit, snapshot }
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
