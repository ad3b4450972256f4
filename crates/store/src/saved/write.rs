//! When trees are saved, and which files are kept.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::time::Time;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use tokio::task::spawn_blocking;

use super::{Last, RENEWED, Saved, file};
use crate::organizations::row as organization;
use crate::{Store, StoreError};

impl Store {
    /// Saves the large trees that have gone on since they were saved last, one after another. At the `end` of the
    /// process none waits for its time. Whoever calls while somebody else is at it goes away.
    pub async fn save_due_trees(&self, now: Time, end: bool) -> Result<(), StoreError> {
        let Some(saved) = self.saved.get() else { return Ok(()) };
        let Ok(mut swept) = saved.writing.try_lock() else { return Ok(()) };
        let doubts = self.trees.doubts();
        for snapshot in self.trees.larger_than(saved.saving.least) {
            if saved.is_due(&snapshot, end) {
                self.save(saved, snapshot, doubts, now).await?;
            }
        }
        if !end && swept.is_none_or(|at| at.elapsed() >= saved.saving.pause) {
            *swept = Some(Instant::now());
            self.sweep_saved(saved, now).await?;
        }
        Ok(())
    }

    async fn save(
        &self,
        saved: &Arc<Saved>,
        snapshot: Arc<Snapshot>,
        doubts: u64,
        now: Time,
    ) -> Result<(), StoreError> {
        let (tree, revision) = (snapshot.tree_id(), snapshot.revision());
        let root = self.ledger_root_at(tree, revision).await?;
        // What was doubted since may be what never happened: its root would be another's.
        let Some(root) = root.filter(|_| self.trees.doubts() == doubts) else { return Ok(()) };
        let began = Instant::now();
        let writing = saved.clone();
        let written = spawn_blocking(move || {
            let saving = &writing.saving;
            file::write(&saving.folder, &saving.key, &snapshot, &root, now)
        });
        let written = written.await.map_err(std::io::Error::other).flatten();
        let revision_there = written.is_ok().then_some(revision);
        saved.last.lock().insert(tree, Last { revision: revision_there, at: Instant::now() });
        match written {
            Ok(bytes) => {
                saved.written.fetch_add(1, Ordering::Relaxed);
                let milliseconds = began.elapsed().as_millis();
                tracing::info!(%tree, revision, bytes, milliseconds, "a tree was saved");
            }
            Err(error) => tracing::warn!(%tree, %error, "a tree could not be saved; it is tried again"),
        }
        Ok(())
    }

    /// Takes away the files of trees that are no more.
    async fn sweep_saved(&self, saved: &Arc<Saved>, now: Time) -> Result<(), StoreError> {
        let sweeping = saved.clone();
        let swept = spawn_blocking(move || file::sweep(&sweeping.saving.folder, now)).await;
        let trees = match swept.map_err(std::io::Error::other).flatten() {
            Ok(trees) => trees,
            Err(error) => {
                tracing::warn!(%error, "the folder of saved trees cannot be read");
                return Ok(());
            }
        };
        for tree in trees {
            if !self.has_organizations(tree).await? {
                let removing = saved.clone();
                // It is removed now, or the next time.
                let _ = spawn_blocking(move || file::remove(&removing.saving.folder, tree)).await;
            }
        }
        Ok(())
    }

    async fn has_organizations(&self, tree: TreeId) -> Result<bool, StoreError> {
        let any = organization::Entity::find().filter(organization::Column::TreeId.eq(tree.uuid())).limit(1);
        Ok(any.count(&self.connections.read).await? > 0)
    }
}

impl Saved {
    fn is_due(&self, snapshot: &Snapshot, end: bool) -> bool {
        let Some(last) = self.last.lock().get(&snapshot.tree_id()).copied() else { return true };
        let age = last.at.elapsed();
        let rested = end || age >= self.saving.pause;
        let went_on = last.revision.is_none_or(|revision| {
            // One that went back was read anew from another state of the database.
            snapshot.revision() < revision || snapshot.revision() - revision >= self.saving.revisions
        });
        (rested && went_on) || age >= RENEWED
    }
}
