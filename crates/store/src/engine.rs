//! Opening the database: SQLite beside the binary, or PostgreSQL. Same tables, same answers.

use std::future::ready;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sea_orm::sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sea_orm::sqlx::{Connection, SqliteConnection};
use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};

use crate::StoreError;
use crate::timeline::Timeline;

/// Which database, and how much of it.
#[derive(Clone)]
pub enum Location {
    /// A SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL URL; it may hold a password, so it is never printed.
    Postgres(String),
}

/// How the database is used.
#[derive(Clone)]
pub struct Options {
    /// Where it is.
    pub location: Location,
    /// Connections for reading (SQLite) or in all (PostgreSQL).
    pub max_connections: u32,
    /// How long a request waits for a connection or a lock before it is told to come back.
    pub acquire_timeout: Duration,
    /// About how many bytes the trees in memory may take, all together.
    pub memory: usize,
}

/// The two ways into the database.
#[derive(Clone)]
pub(crate) struct Connections {
    pub read: DatabaseConnection,
    /// On SQLite the one connection that writes: writers queue here, in order, instead of colliding.
    pub write: DatabaseConnection,
}

pub(crate) async fn connect(options: &Options, timeline: &Arc<Timeline>) -> Result<Connections, StoreError> {
    match &options.location {
        Location::Sqlite(path) => sqlite(path, options).await,
        Location::Postgres(url) => postgres(url, options, timeline.clone()).await,
    }
}

async fn sqlite(path: &Path, options: &Options) -> Result<Connections, StoreError> {
    let file = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // An acknowledged write survives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(options.acquire_timeout)
        .pragma("cache_size", "-8192")
        .pragma("temp_store", "MEMORY")
        // Pages that change often are written into the file less often than after each thousand; 16 MB at most.
        .pragma("wal_autocheckpoint", "4000")
        .statement_cache_capacity(256)
        // Rows wait for their reader, not each for the last: a tree has millions.
        .row_buffer_size(1_024);
    let writer = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(ready(Ok(between_transactions(connection)))))
        // What a unit writes together makes many texts of few statements.
        .connect_with(file.clone().statement_cache_capacity(1_024))
        .await
        .map_err(|error| refused(path, error))?;
    let readers = SqlitePoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .before_acquire(|connection, _| Box::pin(ready(Ok(between_transactions(connection)))))
        .connect_lazy_with(file.read_only(true));
    Ok(Connections {
        read: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers),
        write: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
    })
}

/// Whether a connection may be used again. SQLite ends a transaction by itself when there is no room to commit it,
/// while the connection takes it to be open still: what is begun next would be a savepoint of nothing, and what is
/// committed next would become durable only with a commit that never comes. Another connection is opened instead.
fn between_transactions(connection: &SqliteConnection) -> bool {
    !connection.is_in_transaction()
}

fn refused(path: &Path, error: sea_orm::sqlx::Error) -> StoreError {
    StoreError::Refused(format!(
        "The database {} cannot be opened for reading and writing: {error}. Nothing was changed.",
        path.display()
    ))
}

async fn postgres(url: &str, options: &Options, timeline: Arc<Timeline>) -> Result<Connections, StoreError> {
    let seconds = options.acquire_timeout.as_secs().max(1);
    let parsed: PgConnectOptions =
        url.parse().map_err(|_| StoreError::Refused("database.url is not a PostgreSQL URL.".to_owned()))?;
    let parsed = parsed.application_name("polity").options([
        ("lock_timeout", format!("{seconds}s")),
        ("statement_timeout", format!("{}s", seconds * 6)),
        ("idle_in_transaction_session_timeout", format!("{}s", seconds * 12)),
    ]);
    let pool = PgPoolOptions::new()
        .max_connections(options.max_connections)
        .acquire_timeout(options.acquire_timeout)
        .after_connect(move |connection, _| {
            let timeline = timeline.clone();
            Box::pin(async move { timeline.check(connection).await })
        })
        .connect_with(parsed)
        .await
        .map_err(|error| StoreError::Unavailable(DbErr::Conn(RuntimeErr::SqlxError(error.into()))))?;
    let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool);
    Ok(Connections { read: connection.clone(), write: connection })
}
