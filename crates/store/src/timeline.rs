//! Whether the database still goes on from what is in memory.
//!
//! A standby that takes over without the last commits, or a backup that is restored, begins another timeline: what
//! memory has of the old one may never have happened. PostgreSQL names its timeline, and each new connection asks for
//! it: whoever takes over is reached by new connections only.

use std::sync::Arc;

use parking_lot::Mutex;
use sea_orm::sqlx;
use sea_orm::sqlx::postgres::PgConnection;

use crate::history::History;
use crate::trees::Trees;

/// The timeline of what is written from now on; none on a standby, which writes nothing.
const SQL: &str = "SELECT CASE WHEN pg_is_in_recovery() THEN NULL \
                   ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END";

/// The timeline of what is in memory.
pub(crate) struct Timeline {
    known: Mutex<Option<String>>,
    trees: Arc<Trees>,
    history: History,
}

impl Timeline {
    pub fn new(trees: Arc<Trees>, history: History) -> Self {
        Self { known: Mutex::default(), trees, history }
    }

    /// Looks where a new connection leads, and forgets all that is in memory if it is another timeline.
    pub async fn check(&self, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
        let found: Option<String> = match sqlx::query_scalar(SQL).fetch_one(connection).await {
            Ok(found) => found,
            // It speaks PostgreSQL and is another database: it has no timelines.
            Err(sqlx::Error::Database(_)) => None,
            Err(error) => return Err(error),
        };
        let Some(found) = found else { return Ok(()) };
        let mut known = self.known.lock();
        if known.as_ref().is_some_and(|known| *known != found) {
            tracing::warn!(timeline = found, "another database took over: what is in memory is read anew");
            self.trees.forget_all();
            self.history.forget_all();
        }
        *known = Some(found);
        Ok(())
    }
}
