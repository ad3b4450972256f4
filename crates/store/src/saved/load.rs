//! A tree from its file and what its ledger has beyond it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use sea_orm::ConnectionTrait;
use tokio::task::spawn_blocking;

use super::file::{self, Found};
use super::{Last, Saved};
use crate::ledger::{follow, head, root};
use crate::trees::begin_view;
use crate::{Store, StoreError};

impl Store {
    /// A tree as it is now, from its file; none when there is none that is to be believed, or that is worth it.
    pub(crate) async fn load_saved(&self, tree: TreeId) -> Option<Snapshot> {
        let saved = self.saved.get()?;
        let began = Instant::now();
        let found = saved.find(tree).await?;
        let followed = async {
            let view = begin_view(&self.connections.read).await?;
            let followed = saved.follow(&view, found).await?;
            view.rollback().await?;
            Ok(followed)
        };
        saved.told(tree, began, followed.await).await
    }

    /// The same for whoever holds the lock of the tree's head, on the connection that does.
    pub(crate) async fn load_saved_locked<C: ConnectionTrait>(
        &self,
        db: &C,
        tree: TreeId,
        revision: u64,
    ) -> Result<Option<Snapshot>, StoreError> {
        let Some(saved) = self.saved.get() else { return Ok(None) };
        let began = Instant::now();
        let Some(found) = saved.find(tree).await else { return Ok(None) };
        let followed = match saved.follow(db, found).await {
            // What the database refuses has ended the transaction, or may have.
            Err(error) if !matches!(error, StoreError::Corrupt(_)) => return Err(error),
            followed => followed,
        };
        let snapshot = saved.told(tree, began, followed).await;
        Ok(snapshot.filter(|snapshot| snapshot.revision() == revision))
    }
}

impl Saved {
    /// What is in a tree's file.
    async fn find(self: &Arc<Self>, tree: TreeId) -> Option<Found> {
        let saved = self.clone();
        let read = spawn_blocking(move || file::read(&saved.saving.folder, &saved.saving.key, tree)).await;
        match read {
            Ok(Ok(found)) => found,
            Ok(Err(why)) => {
                self.refuse(tree, &why).await;
                None
            }
            Err(cut_off) => {
                tracing::warn!(%tree, error = %cut_off, "a saved tree could not be read");
                None
            }
        }
    }

    /// The tree as it is now; or why its file is not worth it.
    async fn follow<C: ConnectionTrait>(&self, db: &C, found: Found) -> Result<Followed, StoreError> {
        let Found { mut snapshot, root: expected } = found;
        let (tree, from) = (snapshot.tree_id(), snapshot.revision());
        let now = head(db, tree).await?.map_or(0, |head| head.revision);
        // A backup was put back, or a standby took over without the last commits, or it is another database: then this
        // may be what never happened.
        if from > now || root(db, tree, from).await? != expected {
            return Ok(Followed::OtherLedger);
        }
        if now - from > self.saving.most_tail {
            return Ok(Followed::TooOld);
        }
        follow(db, &mut snapshot, now).await?;
        if snapshot.revision() != now {
            return Ok(Followed::OtherLedger);
        }
        snapshot.settle();
        Ok(Followed::To(Box::new(snapshot), from))
    }

    async fn told(
        self: &Arc<Self>,
        tree: TreeId,
        began: Instant,
        followed: Result<Followed, StoreError>,
    ) -> Option<Snapshot> {
        match followed {
            Ok(Followed::To(snapshot, from)) => {
                self.read.fetch_add(1, Ordering::Relaxed);
                let last = Last { revision: Some(from), at: Instant::now() };
                self.last.lock().entry(tree).or_insert(last);
                let (revision, folded) = (snapshot.revision(), snapshot.revision() - from);
                let milliseconds = began.elapsed().as_millis();
                tracing::info!(%tree, revision, folded, milliseconds, "a saved tree was read");
                Some(*snapshot)
            }
            Ok(Followed::TooOld) => {
                tracing::info!(%tree, "a saved tree is too old: its tables are read");
                None
            }
            Ok(Followed::OtherLedger) => {
                self.refuse(tree, &"its ledger is not the database's").await;
                None
            }
            Err(error) => {
                tracing::warn!(%tree, ?error, "a saved tree could not be followed: its tables are read");
                None
            }
        }
    }

    /// Takes a file away that is not to be believed.
    async fn refuse(self: &Arc<Self>, tree: TreeId, why: &(dyn std::fmt::Display + Sync)) {
        self.refused.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(%tree, why = %why, "a saved tree is not believed: its tables are read");
        self.last.lock().remove(&tree);
        let saved = self.clone();
        // It is removed in time, or refused again.
        let _ = spawn_blocking(move || file::remove(&saved.saving.folder, tree)).await;
    }
}

/// How far a saved tree can be brought.
enum Followed {
    /// To the head, from the revision of its file.
    To(Box<Snapshot>, u64),
    /// So much happened since that the tables are quicker.
    TooOld,
    /// The database's ledger is not the one that it was made of.
    OtherLedger,
}
