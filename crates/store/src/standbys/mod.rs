//! Reading from streaming standbys of the PostgreSQL primary.
//!
//! A standby replays what the primary wrote, some time later, and may belong to another history: to a primary that
//! was given up, or to a copy that somebody promoted. So whoever wants to read there asks both servers, each time and at
//! once, where the tree stands and where the root's does. Only if both say the same of both (as many events, and the
//! same root hash over all of them) has the standby what the primary has; else the primary is read. What is found so
//! is never kept, and nothing that was acknowledged before a read is missing in it.

mod mark;
mod standby;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use polity_domain::ids::TreeId;
use sea_orm::DatabaseConnection;
use sea_orm::sqlx::PgPool;
use tokio::time::timeout;

use self::mark::Compared;
use self::standby::{Serving, Standby};
use crate::{Store, StoreError};

/// How long a standby may take to say where it stands, or to give a connection. Then the primary is read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Hears each statement.
pub(crate) type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// How standbys are used.
#[derive(Clone)]
pub struct ReadingFromStandbys {
    /// Their URLs; each must lead to one server. They may hold passwords, so they are never printed.
    pub urls: Vec<String>,
    /// Connections to each.
    pub max_connections: u32,
    /// As for the primary: how long a statement may take is a multiple of it.
    pub acquire_timeout: Duration,
}

/// The standbys.
pub(crate) struct Standbys {
    all: Vec<Arc<Standby>>,
    turn: AtomicUsize,
}

impl Standbys {
    /// Starts a task for each, which ends with the primary's pool.
    fn start(how: &ReadingFromStandbys, primary: &PgPool, tell: Option<&Tell>) -> Result<Self, StoreError> {
        let all: Vec<Arc<Standby>> = how
            .urls
            .iter()
            .map(|url| Standby::new(url, how, tell.cloned()).map(Arc::new))
            .collect::<Result<_, _>>()?;
        for standby in &all {
            tokio::spawn(standby.clone().run(primary.close_event()));
        }
        Ok(Self { all, turn: AtomicUsize::default() })
    }

    /// A standby that has, at this moment, what the primary has of a tree and of the root's; none: the primary is to be
    /// read.
    pub async fn with_all_of(&self, tree: TreeId, primary: &PgPool) -> Option<DatabaseConnection> {
        let (standby, serving) = self.next()?;
        if serving.is_taken() {
            return None;
        }
        let (here, there) =
            tokio::join!(mark::read(primary, tree), timeout(PATIENCE, mark::read(&serving.pool, tree)));
        let there = match there {
            Ok(Ok(there)) => there,
            Ok(Err(error)) => {
                standby.leave(serving.number, &error.to_string());
                return None;
            }
            Err(_) => {
                standby.leave(serving.number, "it does not answer");
                return None;
            }
        };
        // Without the primary there is nothing to compare with. Whoever reads there hears what is wrong.
        let here = here.ok()?;
        match Compared::new(here.as_ref(), there.as_ref()) {
            Compared::Same => {
                standby.is_even();
                Some(serving.rows.clone())
            }
            Compared::Apart => {
                standby.is_not_even();
                None
            }
            Compared::Estranged => {
                standby.leave_for_long(serving.number, "what it holds is not of the primary's history");
                None
            }
            Compared::NoStandby => {
                standby.leave(serving.number, "it is no standby any more");
                None
            }
        }
    }

    /// Each in turn, of those that are in use.
    fn next(&self) -> Option<(&Standby, Arc<Serving>)> {
        let first = self.turn.fetch_add(1, Ordering::Relaxed);
        let turns =
            (0..self.all.len()).map(|further| &self.all[first.wrapping_add(further) % self.all.len()]);
        turns.into_iter().find_map(|standby| Some((&**standby, standby.serving()?)))
    }

    /// Closes the connections.
    pub async fn close(&self) {
        for standby in &self.all {
            standby.close().await;
        }
    }
}

impl Store {
    /// From now on reads rows from standbys, as often as they have what the primary has. Where the database is a file
    /// there are none, and nothing happens.
    ///
    /// # Errors
    /// When a URL is none.
    pub fn read_from_standbys(&self, how: &ReadingFromStandbys) -> Result<(), StoreError> {
        if self.is_postgres() && !how.urls.is_empty() && self.standbys.get().is_none() {
            let primary = self.connections.read.get_postgres_connection_pool();
            let started = Standbys::start(how, primary, self.tell.as_ref())?;
            let _ = self.standbys.set(started);
        }
        Ok(())
    }

    /// Where the rows of a tree are read: a standby that has all of them, or the primary.
    pub(crate) async fn rows_of(&self, tree: TreeId) -> DatabaseConnection {
        let primary = &self.connections.read;
        let standby = match self.standbys.get() {
            None => None,
            // Boxed: without standbys no request carries its state along.
            Some(standbys) => {
                Box::pin(standbys.with_all_of(tree, primary.get_postgres_connection_pool())).await
            }
        };
        standby.unwrap_or_else(|| primary.clone())
    }
}
