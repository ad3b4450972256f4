//! On SQLite, units of work that wait for each other become durable together: each runs in a savepoint of one
//! transaction, and all are acknowledged after its one fsync. A unit that fails is rolled back alone.
//!
//! While one unit runs, others wait for the one connection that writes. Whoever waits when it is done joins its
//! transaction; when nobody waits, it ends. So a lone writer waits for nobody, and with many the disk is waited
//! for once by all of them, not by one after another.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode, TransactionOptions,
    TransactionTrait, sqlx,
};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};
use tokio::time::timeout;

use crate::StoreError;
use crate::trees::Trees;

/// Units in one transaction: the first waits for the last.
const MOST: usize = 128;

/// The units that are under way.
#[derive(Clone)]
pub(crate) struct Group {
    open: Arc<Mutex<Option<Open>>>,
    waiting: Arc<AtomicUsize>,
    trees: Arc<Trees>,
    /// How long a unit waits for its turn.
    patience: Duration,
}

/// A transaction, and what units have done in it.
struct Open {
    tx: DatabaseTransaction,
    /// The trees as they become.
    trees: HashMap<TreeId, Arc<Snapshot>>,
    done: Vec<oneshot::Sender<Result<(), Failed>>>,
    entered: usize,
    /// Nobody joins any more.
    full: bool,
    /// A savepoint was not released: what is in the transaction is not known.
    broken: bool,
}

/// Why a transaction with several units took no effect, or may not have.
#[derive(Debug, Clone)]
enum Failed {
    /// It was rolled back.
    RolledBack,
    /// Nobody said whether it was committed.
    Unknown(String),
}

/// The turn of one unit. Its transaction is to be ended or dropped before it.
pub(crate) struct Place {
    open: OwnedMutexGuard<Option<Open>>,
}

/// One who waits for a turn, until dropped.
struct Waits<'a>(&'a AtomicUsize);

impl<'a> Waits<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        waiting.fetch_add(1, Ordering::SeqCst);
        Self(waiting)
    }
}

impl Drop for Waits<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Group {
    pub fn new(trees: Arc<Trees>, patience: Duration) -> Self {
        Self { open: Arc::default(), waiting: Arc::default(), trees, patience }
    }

    /// Waits for the turn and opens a savepoint.
    pub async fn enter(
        &self,
        connection: &DatabaseConnection,
    ) -> Result<(DatabaseTransaction, Place), StoreError> {
        let turn = {
            let _waits = Waits::new(&self.waiting);
            timeout(self.patience, self.open.clone().lock_owned()).await
        };
        let open = turn.map_err(|_| too_long())?;
        // In a task of its own: were a savepoint given up while it is made, sqlx would roll back twice, and with the
        // second time what others did.
        let begun = tokio::spawn(self.clone().begin(connection.clone(), open)).await;
        begun.unwrap_or_else(|_| Err(StoreError::corrupt("the beginning of a unit was cut off")))
    }

    async fn begin(
        self,
        connection: DatabaseConnection,
        mut open: OwnedMutexGuard<Option<Open>>,
    ) -> Result<(DatabaseTransaction, Place), StoreError> {
        if open.as_ref().is_some_and(|open| open.full) {
            self.end(&mut open).await;
        }
        let current = match &mut *open {
            Some(current) => current,
            none => {
                let begun = none.insert(Open::begin(&connection).await?);
                tokio::spawn(self.clone().close());
                begun
            }
        };
        match current.tx.begin().await {
            Ok(tx) => {
                current.entered += 1;
                current.full |= current.entered == MOST;
                Ok((tx, Place { open }))
            }
            Err(error) => {
                (current.full, current.broken) = (true, true);
                Err(error.into())
            }
        }
    }

    /// Ends a transaction as soon as nobody waits to join it. Whoever waits has the turn before this has it again.
    async fn close(self) {
        loop {
            let mut open = self.open.lock().await;
            let joined = self.waiting.load(Ordering::SeqCst) > 0;
            if !joined || open.as_ref().is_none_or(|open| open.full) {
                return self.end(&mut open).await;
            }
        }
    }

    /// Commits, makes the trees' snapshots the current ones, and tells the units: in this order.
    async fn end(&self, open: &mut Option<Open>) {
        let Some(Open { tx, trees, done, broken, .. }) = open.take() else { return };
        // Previews and failures leave nothing to wait for the disk for.
        if broken || done.is_empty() {
            // A transaction that cannot be rolled back is none any more.
            let _ = tx.rollback().await;
            return tell(done, &Err(Failed::RolledBack));
        }
        if let Err(error) = tx.commit().await {
            // Whether it took effect is not known: memory is read anew from the tables.
            for tree in trees.keys() {
                self.trees.forget(*tree);
            }
            return tell(done, &Err(Failed::Unknown(error.to_string())));
        }
        self.trees.publish_all(trees.into_values().map(Arc::unwrap_or_clone));
        tell(done, &Ok(()));
    }
}

/// A unit that is gone needs no answer.
fn tell(done: Vec<oneshot::Sender<Result<(), Failed>>>, outcome: &Result<(), Failed>) {
    for unit in done {
        let _ = unit.send(outcome.clone());
    }
}

impl Open {
    async fn begin(connection: &DatabaseConnection) -> Result<Self, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Self {
            tx: connection.begin_with_options(options).await?,
            trees: HashMap::new(),
            done: Vec::new(),
            entered: 0,
            full: false,
            broken: false,
        })
    }
}

impl Place {
    /// A tree as units before this one left it, if they changed it.
    pub fn snapshot(&self, tree: TreeId) -> Option<Arc<Snapshot>> {
        self.open.as_ref()?.trees.get(&tree).cloned()
    }

    /// Ends a unit: what it did takes effect with the whole transaction, or not at all.
    pub async fn finish(
        mut self,
        tx: DatabaseTransaction,
        snapshots: impl Iterator<Item = Snapshot>,
    ) -> Result<(), StoreError> {
        let Some(open) = &mut *self.open else { return Err(StoreError::corrupt("a unit without a group")) };
        if let Err(error) = tx.commit().await {
            (open.full, open.broken) = (true, true);
            return Err(error.into());
        }
        let changed: Vec<_> = snapshots.map(|snapshot| (snapshot.tree_id(), Arc::new(snapshot))).collect();
        // Who would join looks for an organization where it stood before this transaction: when several trees are
        // changed at once, it may have gone from one to the other.
        open.full |= changed.len() > 1;
        open.trees.extend(changed);
        let (done, outcome) = oneshot::channel();
        open.done.push(done);
        drop(self);
        match outcome.await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(Failed::RolledBack)) => Err(StoreError::Unavailable(DbErr::Custom(
                "another unit of the same transaction failed to end".to_owned(),
            ))),
            Ok(Err(Failed::Unknown(cause))) => Err(StoreError::Unknown(DbErr::Custom(cause))),
            Err(_) => Err(StoreError::Unknown(DbErr::Custom("the commit was cut off".to_owned()))),
        }
    }
}

fn too_long() -> StoreError {
    StoreError::Unavailable(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::PoolTimedOut.into())))
}
