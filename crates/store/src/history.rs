//! Trees as they were: an earlier revision is folded anew from the ledger, and kept for a while.

use std::sync::Arc;
use std::time::Duration;

use moka::policy::EvictionPolicy;
use moka::sync::Cache;
use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::time::Time;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use tokio::sync::Semaphore;

use crate::convert::signed;
use crate::ledger::rows::leaf;
use crate::{Store, StoreError};

/// How much is kept of trees as they were, all together, as [`Snapshot::size`] measures it: about 200 bytes each.
const MOST: u64 = 4_000_000;
/// How much a snapshot weighs at least.
const LEAST: usize = 1_000;
/// How long what nobody asks for is kept.
const IDLE: Duration = Duration::from_mins(10);
/// After so many events what was folded is kept, so that whoever asks again goes on from there.
const STAGE: u64 = 100_000;

/// The trees as they were that somebody asked about lately.
#[derive(Clone)]
pub(crate) struct History {
    kept: Cache<(TreeId, u64), Arc<Snapshot>>,
    /// One ledger is folded at a time, beside the trees of the present and never in their place.
    folding: Arc<Semaphore>,
}

impl Default for History {
    fn default() -> Self {
        let weigh = |_: &(TreeId, u64), snapshot: &Arc<Snapshot>| {
            u32::try_from(snapshot.size() + LEAST).unwrap_or(u32::MAX)
        };
        let kept = Cache::builder().weigher(weigh).max_capacity(MOST).time_to_idle(IDLE);
        let kept = kept.eviction_policy(EvictionPolicy::lru()).build();
        Self { kept, folding: Arc::new(Semaphore::new(1)) }
    }
}

impl History {
    /// Forgets everything: it was folded from a ledger that is not the database's any more.
    pub fn forget_all(&self) {
        self.kept.invalidate_all();
    }

    fn keep(&self, snapshot: Arc<Snapshot>) {
        self.kept.insert((snapshot.tree_id(), snapshot.revision()), snapshot);
    }

    fn get(&self, tree: TreeId, revision: u64) -> Option<Arc<Snapshot>> {
        self.kept.get(&(tree, revision))
    }

    /// The latest one of a tree that is not after a revision.
    fn before(&self, tree: TreeId, revision: u64) -> Option<Arc<Snapshot>> {
        let earlier = self.kept.iter().filter(|(key, _)| key.0 == tree && key.1 <= revision);
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
        let _turn = self.history.folding.acquire().await;
        let base = self.history.before(tree, revision);
        let mut snapshot = base.map_or_else(|| Snapshot::new(tree), |base| Snapshot::clone(&base));
        while snapshot.revision() < revision {
            let stage = revision.min(snapshot.revision() + STAGE);
            crate::ledger::follow(&self.connections.read, &mut snapshot, stage).await?;
            if snapshot.revision() < stage {
                return Ok(None);
            }
            snapshot.settle();
            self.history.keep(Arc::new(snapshot.clone()));
        }
        Ok(Some(Arc::new(snapshot)))
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
