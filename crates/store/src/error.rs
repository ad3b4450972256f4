//! What can go wrong in the database.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Busy, unreachable, full or serialised out: nothing was done, and it may work in a moment.
    #[error("the database cannot do this right now")]
    Unavailable(#[source] DbErr),
    /// A unique index refused a row; the text names the index or its columns.
    #[error("a unique index refused the row: {0}")]
    Unique(String),
    /// A row is not what this version writes.
    #[error("a row cannot be read: {0}")]
    Corrupt(String),
    /// Anything else.
    #[error("the database failed")]
    Database(#[source] DbErr),
    /// The database is not one that this version can open; the text says why, for the operator.
    #[error("{0}")]
    Refused(String),
}

impl StoreError {
    /// A row that does not read.
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(index)) = error.sql_err() {
            return Self::Unique(index);
        }
        if passing(&error) { Self::Unavailable(error) } else { Self::Database(error) }
    }
}

impl From<sea_orm::sqlx::Error> for StoreError {
    fn from(error: sea_orm::sqlx::Error) -> Self {
        Self::from(DbErr::Query(RuntimeErr::SqlxError(error.into())))
    }
}

impl From<polity_domain::ledger::leaf::MalformedLeaf> for StoreError {
    fn from(error: polity_domain::ledger::leaf::MalformedLeaf) -> Self {
        Self::corrupt(error)
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::corrupt(error)
    }
}

/// Whether the failure is of the moment: SQLite's BUSY, LOCKED, FULL, IOERR and READONLY, PostgreSQL's
/// classes 40 (rollback), 53 (resources), 55 (lock), 57 (operator), 08 (connection), or no connection.
fn passing(error: &DbErr) -> bool {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) => return true,
        DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return false,
    };
    let RuntimeErr::SqlxError(cause) = runtime else { return false };
    match cause.as_ref() {
        sea_orm::sqlx::Error::Io(_)
        | sea_orm::sqlx::Error::Tls(_)
        | sea_orm::sqlx::Error::PoolTimedOut
        | sea_orm::sqlx::Error::PoolClosed
        | sea_orm::sqlx::Error::WorkerCrashed => true,
        sea_orm::sqlx::Error::Database(cause) => cause.code().is_some_and(|code| {
            let sqlite = code.parse::<u32>().is_ok_and(|code| matches!(code & 0xff, 5 | 6 | 8 | 10 | 13));
            let postgres = code.len() == 5 && ["40", "53", "55", "57", "08"].iter().any(|class| code.starts_with(class));
            if code.len() == 5 { postgres } else { sqlite }
        }),
        _ => false,
    }
}
