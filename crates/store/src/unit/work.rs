//! One tree's part of a unit of work: its head, its snapshot as it becomes, its new leaves.

use std::sync::Arc;

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::ledger::merkle::Frontier;
use polity_domain::time::Time;
use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QuerySelect, StreamTrait,
};

use crate::convert::{signed, unsigned};
use crate::ledger::rows::{leaf, node, personal, tree};
use crate::{Store, StoreError};

/// Rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values.
const CHUNK: usize = 500;

pub(super) struct Work {
    pub tree_id: TreeId,
    /// As it was when the lock was taken.
    pub base: Arc<Snapshot>,
    /// As it becomes.
    pub snapshot: Snapshot,
    pub frontier: Frontier,
    pub leaves: Vec<leaf::Model>,
    pub personal: Vec<personal::Model>,
    pub nodes: Vec<node::Model>,
}

impl Work {
    /// Locks a tree's head and takes its snapshot at that revision: `changed`, where units of the same transaction
    /// have changed it.
    pub async fn lock<C: ConnectionTrait + StreamTrait>(
        store: &Store,
        db: &C,
        tree: TreeId,
        changed: Option<Arc<Snapshot>>,
    ) -> Result<Option<Self>, StoreError> {
        // SQLite's transaction is IMMEDIATE: it holds the one write lock already.
        let head = tree::Entity::find_by_id(tree.uuid());
        let head = if store.is_postgres() { head.lock_exclusive() } else { head };
        let Some(head) = head.one(db).await? else { return Ok(None) };
        let revision: u64 = unsigned(head.revision)?;
        let base = match changed {
            // Nobody outside the transaction may see it before it is committed.
            Some(changed) if changed.revision() == revision => changed,
            Some(_) => return Err(StoreError::corrupt("a tree's head is not where its last unit left it")),
            None => store.snapshot_under_lock(db, tree, revision).await?,
        };
        let frontier = Frontier::from_bytes(&head.frontier).map_err(StoreError::corrupt)?;
        Ok(Some(Self::starting(base, frontier)))
    }

    /// Makes the head of a new tree.
    pub async fn create<C: ConnectionTrait>(db: &C, tree: TreeId, now: Time) -> Result<Self, StoreError> {
        let frontier = Frontier::new();
        let head = tree::Model {
            tree_id: tree.uuid(),
            revision: 0,
            frontier: frontier.to_bytes(),
            root_hash: frontier.root().to_vec(),
            update_time: now.micros(),
        };
        tree::Entity::insert(head.into_active_model().reset_all()).exec_without_returning(db).await?;
        Ok(Self::starting(Arc::new(Snapshot::new(tree)), frontier))
    }

    fn starting(base: Arc<Snapshot>, frontier: Frontier) -> Self {
        let snapshot = Snapshot::clone(&base);
        let tree_id = snapshot.tree_id();
        Self {
            tree_id,
            base,
            snapshot,
            frontier,
            leaves: Vec::new(),
            personal: Vec::new(),
            nodes: Vec::new(),
        }
    }

    /// Writes the new leaves and moves the head.
    pub async fn write<C: ConnectionTrait>(&mut self, db: &C, now: Time) -> Result<(), StoreError> {
        if self.leaves.is_empty() {
            return Ok(());
        }
        insert_all::<leaf::Entity, _>(db, std::mem::take(&mut self.leaves)).await?;
        insert_all::<personal::Entity, _>(db, std::mem::take(&mut self.personal)).await?;
        insert_all::<node::Entity, _>(db, std::mem::take(&mut self.nodes)).await?;
        let head = tree::ActiveModel {
            revision: ActiveValue::Set(signed(self.snapshot.revision())),
            frontier: ActiveValue::Set(self.frontier.to_bytes()),
            root_hash: ActiveValue::Set(self.frontier.root().to_vec()),
            update_time: ActiveValue::Set(now.micros()),
            ..Default::default()
        };
        let moved = tree::Entity::update_many()
            .set(head)
            .filter(tree::Column::TreeId.eq(self.tree_id.uuid()))
            .filter(tree::Column::Revision.eq(signed(self.base.revision())))
            .exec(db)
            .await?;
        if moved.rows_affected == 1 {
            Ok(())
        } else {
            Err(StoreError::corrupt("the ledger's head moved under its lock"))
        }
    }
}

async fn insert_all<E, C>(db: &C, rows: Vec<E::Model>) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    C: ConnectionTrait,
{
    let mut rows = rows.into_iter().map(|row| row.into_active_model().reset_all()).peekable();
    while rows.peek().is_some() {
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        E::insert_many(chunk).exec_without_returning(db).await?;
    }
    Ok(())
}
