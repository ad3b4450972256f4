//! On SQLite, units of work that wait for each other become durable together: each runs in a savepoint of one
//! transaction, and all are acknowledged after its one fsync. A unit that fails is rolled back alone.
//!
//! Each statement is a walk to the connection's thread and back, so that a unit costs about as much as it has
//! statements. Hence the first that writes ends the savepoint of the unit before and begins the next one, one that only
//! reads has none, and what all units add to the ledger is written at the end.
//!
//! While one unit runs, others wait for the one connection that writes. Whoever waits when it is done joins its
//! transaction; when nobody waits, it ends. So a lone writer waits for nobody, and with many the disk is waited
//! for once by all of them, not by one after another.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::ledger::merkle::Frontier;
use polity_domain::time::Time;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait, sqlx,
};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};
use tokio::time::timeout;

use super::outcome::{Failed, Seen, Told};
use super::rows::{LedgerRows, head, move_heads};
use super::work::Work;
use crate::StoreError;
use crate::trees::Trees;

/// Units in one transaction: the first waits for the last.
const MOST: usize = 128;

/// The units that are under way.
#[derive(Clone)]
pub(crate) struct Group {
    open: Arc<Mutex<Option<Open>>>,
    waiting: Arc<AtomicUsize>,
    /// How many transactions were begun.
    begun: Arc<AtomicUsize>,
    trees: Arc<Trees>,
    /// How long a unit waits for its turn.
    patience: Duration,
}

/// A transaction, and what units have done in it.
struct Open {
    /// Which one.
    number: usize,
    tx: DatabaseTransaction,
    /// The trees as they become.
    trees: HashMap<TreeId, Tree>,
    /// What the units add to the ledger, in order. It is written before the commit, in few statements for all of them.
    rows: LedgerRows,
    done: Told,
    entered: usize,
    /// Nobody joins any more.
    full: bool,
    /// Why what is in the transaction is not known.
    broken: Option<Failed>,
    savepoint: Savepoint,
    /// Which of two names the last savepoint has: that of a unit is never taken for that of the one before.
    even: bool,
    /// A unit without a savepoint went, and may have gone because SQLite had ended the transaction.
    doubted: bool,
}

/// Where the savepoint of the last unit that wrote stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoint {
    /// There is none.
    None,
    /// The unit is done.
    Done,
    /// The unit was given up: what it did is to be rolled back.
    GivenUp,
}

/// A tree that units have changed.
struct Tree {
    /// How far its head has come in the table.
    written: u64,
    snapshot: Arc<Snapshot>,
    frontier: Frontier,
    /// When it was changed last.
    time: Time,
}

/// The turn of one unit. Dropped before it is finished, it leaves nothing of what the unit did.
pub(crate) struct Place {
    open: OwnedMappedMutexGuard<Option<Open>, Open>,
    finished: bool,
    /// It has a savepoint, or has asked for it.
    begun: AtomicBool,
    /// Where it is kept what others did that it has seen, when it does nothing itself.
    seen: Option<Seen>,
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
        Self { open: Arc::default(), waiting: Arc::default(), begun: Arc::default(), trees, patience }
    }

    /// Waits for the turn.
    pub async fn enter(&self, connection: &DatabaseConnection) -> Result<Place, StoreError> {
        let turn = {
            let _waits = Waits::new(&self.waiting);
            timeout(self.patience, self.open.clone().lock_owned()).await
        };
        let mut open = turn.map_err(|_| too_long())?;
        if open.as_ref().is_none_or(|open| open.full || open.rows.are_looked_for()) {
            // In a task of its own: half done it would be in nobody's hands.
            let ready = tokio::spawn(self.clone().prepare(connection.clone(), open)).await;
            open = ready
                .unwrap_or_else(|_| Err(StoreError::corrupt("a transaction's beginning was cut off")))?;
        }
        let mut open = OwnedMutexGuard::try_map(open, Option::as_mut)
            .map_err(|_| StoreError::corrupt("a unit without a group"))?;
        let begun = AtomicBool::new(open.enter().await?);
        Ok(Place { open, finished: false, begun, seen: None })
    }

    /// Sees to it that there is a transaction for one more unit, in which that finds all that others did.
    async fn prepare(
        self,
        connection: DatabaseConnection,
        mut open: OwnedMutexGuard<Option<Open>>,
    ) -> Result<OwnedMutexGuard<Option<Open>>, StoreError> {
        if open.as_ref().is_some_and(|open| open.full) {
            self.end(&mut open).await;
        }
        match &mut *open {
            Some(current) => {
                current.write().await?;
            }
            none => {
                let number = self.begun.fetch_add(1, Ordering::Relaxed);
                *none = Some(Open::begin(&connection, number).await?);
                tokio::spawn(self.close(number));
            }
        }
        Ok(open)
    }

    /// Ends a transaction as soon as nobody waits to join it. Whoever waits has the turn before this has it again.
    async fn close(self, number: usize) {
        loop {
            let mut open = self.open.lock().await;
            if open.as_ref().is_none_or(|open| open.number != number) {
                return;
            }
            let joined = self.waiting.load(Ordering::SeqCst) > 0;
            if !joined || open.as_ref().is_some_and(|open| open.full) {
                return self.end(&mut open).await;
            }
        }
    }

    /// Commits, makes the trees' snapshots the current ones, and tells the units: in this order.
    async fn end(&self, open: &mut Option<Open>) {
        let Some(mut current) = open.take() else { return };
        // Previews and failures leave nothing to wait for the disk for.
        if current.broken.is_none() && !current.done.is_empty() {
            // Why it failed stands in `broken`.
            let _ = current.write().await;
        }
        let Open { tx, trees, done, broken, .. } = current;
        if broken.is_some() || done.is_empty() {
            // A connection whose transaction cannot be rolled back is not used again.
            let _ = tx.rollback().await;
            return done.tell(&broken.map_or(Ok(()), Err));
        }
        // Should it fail, whether it took effect is not known: memory is read anew from the tables.
        let behind = self.trees.behind(trees.keys().copied());
        if let Err(error) = tx.commit().await {
            drop(behind);
            return done.tell(&Err(Failed::Unknown(error.to_string())));
        }
        behind.publish(trees.into_values().map(|tree| Arc::unwrap_or_clone(tree.snapshot)));
        done.tell(&Ok(()));
    }
}

impl Open {
    async fn begin(connection: &DatabaseConnection, number: usize) -> Result<Self, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Self {
            number,
            tx: connection.begin_with_options(options).await?,
            trees: HashMap::new(),
            rows: LedgerRows::default(),
            done: Told::default(),
            entered: 0,
            full: false,
            broken: None,
            savepoint: Savepoint::None,
            even: false,
            doubted: false,
        })
    }

    /// Takes one more unit in. Whether it has a savepoint already: that of a unit that was given up.
    async fn enter(&mut self) -> Result<bool, StoreError> {
        let given_up = self.savepoint == Savepoint::GivenUp;
        self.settle().await?;
        if !given_up {
            self.even = !self.even;
        }
        self.entered += 1;
        self.full |= self.entered == MOST;
        Ok(given_up && self.savepoint == Savepoint::Done)
    }

    /// Rolls back what the last unit did, if it was given up, and makes sure of the transaction where it is doubted.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.savepoint == Savepoint::GivenUp {
            let (own, other) = if self.even { ("even", "RELEASE odd") } else { ("odd", "RELEASE even") };
            if self.tx.execute_unprepared(&format!("ROLLBACK TO {own}")).await.is_ok() {
                self.savepoint = Savepoint::Done;
            } else {
                // It was cut off before it had one, and has done nothing; that of the unit before may be there still.
                self.make_sure().await?;
                let _ = self.tx.execute_unprepared(other).await;
                self.savepoint = Savepoint::None;
            }
        } else if self.doubted {
            self.make_sure().await?;
        }
        self.doubted = false;
        Ok(())
    }

    /// SQLite ends a transaction by itself when it has no room for it, even while it reads. It tells by refusing
    /// another one.
    async fn make_sure(&mut self) -> Result<(), StoreError> {
        match self.tx.execute_unprepared("BEGIN").await {
            Err(refused) if refused.to_string().contains("within a transaction") => Ok(()),
            Err(error) => Err(self.give_up(|| Failed::ended(&error.into()))),
            Ok(_) => {
                Err(self.give_up(|| Failed::ended(&StoreError::corrupt("there is no transaction any more"))))
            }
        }
    }

    /// Nobody joins any more, and nothing of it is kept. All are told the same.
    fn give_up(&mut self, why: impl FnOnce() -> Failed) -> StoreError {
        self.full = true;
        self.broken.get_or_insert_with(why).clone().into()
    }

    /// Writes what the units have added to the ledger, and moves the heads.
    async fn write(&mut self) -> Result<(), StoreError> {
        // What is written now would else be rolled back with what the last unit did.
        self.settle().await?;
        let written = self.write_ledger().await;
        written.map_err(|error| self.give_up(|| Failed::rolled_back(&error)))
    }

    async fn write_ledger(&mut self) -> Result<(), StoreError> {
        std::mem::take(&mut self.rows).write(&self.tx).await?;
        let mut heads = Vec::new();
        for (id, tree) in &mut self.trees {
            let revision = tree.snapshot.revision();
            if tree.written < revision {
                heads.push(head(*id, revision, &tree.frontier, tree.time));
                tree.written = revision;
            }
        }
        move_heads(&self.tx, heads).await
    }
}

impl Deref for Place {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.open.tx
    }
}

impl Place {
    /// Whether it has a savepoint.
    pub(super) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Relaxed)
    }

    /// What has to go before the first statement that writes, together with it: it ends the savepoint of the unit
    /// before, and begins one. Nothing, if there is one already.
    pub(super) fn beginning(&self) -> &'static str {
        if self.begun.swap(true, Ordering::Relaxed) {
            return "";
        }
        match (self.open.savepoint, self.open.even) {
            (Savepoint::None, true) => "SAVEPOINT even",
            (Savepoint::None, false) => "SAVEPOINT odd",
            (_, true) => "RELEASE odd; SAVEPOINT even",
            (_, false) => "RELEASE even; SAVEPOINT odd",
        }
    }

    /// Begins, for statements that go alone.
    pub async fn begin(&self) -> Result<(), StoreError> {
        match self.beginning() {
            "" => {}
            begin => {
                self.execute_unprepared(begin).await?;
            }
        }
        Ok(())
    }

    /// A tree as units before this one left it, if they changed it.
    pub(super) fn begun(&self, tree: TreeId) -> Option<Work> {
        let Tree { snapshot, frontier, .. } = self.open.trees.get(&tree)?;
        Some(Work::starting(snapshot.clone(), frontier.clone()))
    }

    /// Ends a unit: what it did takes effect with the whole transaction, or not at all.
    pub(super) async fn finish(mut self, works: Vec<Work>, now: Time) -> Result<(), StoreError> {
        self.take(works, now);
        self.keep().await
    }

    fn take(&mut self, works: Vec<Work>, now: Time) {
        let open = &mut *self.open;
        // Who would join looks for an organization where it stood before this transaction: when several trees are
        // changed at once, it may have gone from one to the other.
        open.full |= works.len() > 1;
        for Work { tree_id, base, snapshot, frontier, rows } in works {
            open.rows.append(rows);
            let written = open.trees.get(&tree_id).map_or(base.revision(), |tree| tree.written);
            let snapshot = Arc::new(snapshot);
            open.trees.insert(tree_id, Tree { written, snapshot, frontier, time: now });
        }
    }

    /// Keeps what was done, of which the ledger has nothing, or what [`Place::take`] took.
    pub async fn keep(mut self) -> Result<(), StoreError> {
        let done = self.open.done.one_more();
        self.finished = true;
        drop(self);
        done.outcome().await
    }

    /// Where it is to be kept what the unit has seen, when it does nothing itself.
    pub(super) fn sees(&mut self, seen: Seen) {
        self.seen = Some(seen);
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let open = &mut *self.open;
        match (self.begun.get_mut(), self.finished) {
            (false, _) => (open.even, open.doubted) = (!open.even, true),
            (true, true) => open.savepoint = Savepoint::Done,
            (true, false) => open.savepoint = Savepoint::GivenUp,
        }
        // Of others, something is not durable yet.
        if let Some(seen) = self.seen.take().filter(|_| !self.finished && !open.done.is_empty()) {
            seen.add(open.done.one_more());
        }
    }
}

fn too_long() -> StoreError {
    StoreError::Unavailable(DbErr::Query(RuntimeErr::SqlxError(sqlx::Error::PoolTimedOut.into())))
}
