//! Trees as they were: an earlier revision is folded anew from the ledger, and kept for a while.

use std::sync::Arc;
use std::time::Duration;

use moka::sync::Cache;
use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::time::Time;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::convert::signed;
use crate::ledger::rows::leaf;
use crate::{Store, StoreError};

/// How many organizations and places are kept of trees as they were, all together.
const MOST: u64 = 2_000_000;
/// How long what nobody asks for is kept.
const IDLE: Duration = Duration::from_mins(10);

/// The trees as they were that somebody asked about lately.
#[derive(Clone)]
pub(crate) struct History(Cache<(TreeId, u64), Arc<Snapshot>>);

impl Default for History {
    fn default() -> Self {
        let weigh =
            |_: &(TreeId, u64), snapshot: &Arc<Snapshot>| u32::try_from(snapshot.size()).unwrap_or(u32::MAX);
        Self(Cache::builder().weigher(weigh).max_capacity(MOST).time_to_idle(IDLE).build())
    }
}

impl History {
    fn keep(&self, snapshot: Arc<Snapshot>) {
        self.0.insert((snapshot.tree_id(), snapshot.revision()), snapshot);
    }

    fn get(&self, tree: TreeId, revision: u64) -> Option<Arc<Snapshot>> {
        self.0.get(&(tree, revision))
    }

    /// The latest one of a tree that is not after a revision.
    fn before(&self, tree: TreeId, revision: u64) -> Option<Arc<Snapshot>> {
        let earlier = self.0.iter().filter(|(key, _)| key.0 == tree && key.1 <= revision);
        earlier.max_by_key(|(key, _)| key.1).map(|(_, snapshot)| snapshot)
    }
}

impl Store {
    /// Keeps a snapshot for a while, since it is going to be asked for again by its revision.
    pub fn keep(&self, snapshot: Arc<Snapshot>) {
        self.history.keep(snapshot);
    }

    /// A tree as it was at a revision; none when it has not come so far.
    pub async fn snapshot_at(
        &self,
        tree: TreeId,
        revision: u64,
    ) -> Result<Option<Arc<Snapshot>>, StoreError> {
        if let Some(kept) = self.history.get(tree, revision) {
            return Ok(Some(kept));
        }
        let store = self.clone();
        // To fold a long history takes longer than a request may: it goes on without the one that gave up.
        let folded = self.read_apart(tree, async move {
            if let Some(kept) = store.history.get(tree, revision) {
                return Ok(Some(kept));
            }
            let base = store.history.before(tree, revision);
            let mut snapshot = base.map_or_else(|| Snapshot::new(tree), |base| Snapshot::clone(&base));
            crate::ledger::follow(&store.connections.read, &mut snapshot, revision).await?;
            if snapshot.revision() < revision {
                return Ok(None);
            }
            let folded = Arc::new(snapshot);
            store.history.keep(folded.clone());
            Ok(Some(folded))
        });
        folded.await
    }

    /// When the event of a revision happened; none when there is none.
    pub async fn time_of(&self, tree: TreeId, revision: u64) -> Result<Option<Time>, StoreError> {
        let time: Option<i64> = leaf::Entity::find()
            .select_only()
            .column(leaf::Column::EventTime)
            .filter(leaf::Column::TreeId.eq(tree.uuid()))
            .filter(leaf::Column::Revision.eq(signed(revision)))
            .into_tuple()
            .one(&self.connections.read)
            .await?;
        Ok(time.map(Time))
    }

    /// How far a tree had come at a time: its last event that was not after it, found by halving, since events
    /// stand in the order of their times. 0 before the first.
    pub async fn revision_at(&self, tree: TreeId, time: Time, current: u64) -> Result<u64, StoreError> {
        let (mut known, mut later) = (0, current + 1);
        while later - known > 1 {
            let middle = known + (later - known) / 2;
            let before = self.time_of(tree, middle).await?.is_some_and(|event| event <= time);
            if before { known = middle } else { later = middle }
        }
        Ok(known)
    }
}
