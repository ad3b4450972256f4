//! One tree's part of a unit of work: its head, its snapshot as it becomes, its new leaves.

use std::sync::Arc;

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::ledger::merkle::Frontier;
use polity_domain::time::Time;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect, StreamTrait};

use super::Transaction;
use super::rows::{LedgerRows, head, move_heads};
use crate::convert::unsigned;
use crate::ledger::rows::tree;
use crate::{Store, StoreError};

pub(super) struct Work {
    pub tree_id: TreeId,
    /// As it was when the lock was taken.
    pub base: Arc<Snapshot>,
    /// As it becomes.
    pub snapshot: Snapshot,
    pub frontier: Frontier,
    pub rows: LedgerRows,
}

impl Work {
    /// Locks a tree's head and takes its snapshot at that revision.
    pub async fn lock<C: ConnectionTrait + StreamTrait>(
        store: &Store,
        db: &C,
        tree: TreeId,
    ) -> Result<Option<Self>, StoreError> {
        // SQLite's transaction is IMMEDIATE: it holds the one write lock already.
        let head = tree::Entity::find_by_id(tree.uuid());
        let head = if store.is_postgres() { head.lock_exclusive() } else { head };
        let Some(head) = head.one(db).await? else { return Ok(None) };
        let base = store.snapshot_under_lock(db, tree, unsigned(head.revision)?).await?;
        let frontier = Frontier::from_bytes(&head.frontier).map_err(StoreError::corrupt)?;
        Ok(Some(Self::starting(base, frontier)))
    }

    /// Makes the head of a new tree.
    pub async fn create(db: &Transaction, tree: TreeId, now: Time) -> Result<Self, StoreError> {
        let frontier = Frontier::new();
        let head = head(tree, 0, &frontier, now);
        db.insert(head).await?;
        Ok(Self::starting(Arc::new(Snapshot::new(tree)), frontier))
    }

    /// Goes on from what is known of a tree whose lock is held.
    pub fn starting(base: Arc<Snapshot>, frontier: Frontier) -> Self {
        let snapshot = Snapshot::clone(&base);
        Self { tree_id: snapshot.tree_id(), base, snapshot, frontier, rows: LedgerRows::default() }
    }

    /// Writes the new leaves and moves the head.
    pub async fn write<C: ConnectionTrait>(&mut self, db: &C, now: Time) -> Result<(), StoreError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        std::mem::take(&mut self.rows).write(db).await?;
        move_heads(db, vec![head(self.tree_id, self.snapshot.revision(), &self.frontier, now)]).await
    }
}
