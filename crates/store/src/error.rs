//! What can go wrong in the database.

use sea_orm::{DbErr, RuntimeErr, SqlErr};

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Busy, unreachable, full or serialised out: nothing was done, and it may work in a moment.
    #[error("the database cannot do this right now")]
    Unavailable(#[source] DbErr),
    /// Another transaction was in the way: this one was rolled back, whole, and can be run again.
    #[error("another transaction was in the way")]
    Busy(#[source] DbErr),
    /// The connection broke while the transaction was committed: nobody said whether it was.
    #[error("the database did not say whether the change was made")]
    Unknown(#[source] DbErr),
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

    /// The same, of a commit: where the database did not answer, nobody knows whether it took effect.
    pub(crate) fn unsure(self) -> Self {
        match self {
            Self::Unavailable(cause) => Self::Unknown(cause),
            other => other,
        }
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if let Some(SqlErr::UniqueConstraintViolation(index)) = error.sql_err() {
            return Self::Unique(index);
        }
        match passing(&error) {
            Some(Passing::Busy) => Self::Busy(error),
            Some(Passing::Away) => Self::Unavailable(error),
            None => Self::Database(error),
        }
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

/// What kind of passing failure.
enum Passing {
    /// Another transaction was in the way.
    Busy,
    /// The database is not there, or cannot write.
    Away,
}

/// Whether the failure is of the moment. In the way: SQLite's BUSY and LOCKED, PostgreSQL's class 40
/// (rollback). Away: SQLite's READONLY, IOERR, FULL and CANTOPEN, PostgreSQL's classes 53 (resources), 55 (lock),
/// 57 (operator), 08 (connection), or no connection.
fn passing(error: &DbErr) -> Option<Passing> {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) => return Some(Passing::Away),
        DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return None,
    };
    let RuntimeErr::SqlxError(cause) = runtime else { return None };
    match cause.as_ref() {
        sea_orm::sqlx::Error::Io(_)
        | sea_orm::sqlx::Error::Tls(_)
        // What PostgreSQL says breaks off, also while a connection is made.
        | sea_orm::sqlx::Error::Protocol(_)
        | sea_orm::sqlx::Error::PoolTimedOut
        | sea_orm::sqlx::Error::PoolClosed
        | sea_orm::sqlx::Error::WorkerCrashed => Some(Passing::Away),
        sea_orm::sqlx::Error::Database(cause) => of_code(&cause.code()?),
        _ => None,
    }
}

/// PostgreSQL's codes are five characters (SQLSTATE), SQLite's are numbers (extended result codes).
fn of_code(code: &str) -> Option<Passing> {
    if code.len() == 5 {
        return match &code[..2] {
            "40" => Some(Passing::Busy),
            "53" | "55" | "57" | "08" => Some(Passing::Away),
            // A primary that has become a standby.
            _ if code == "25006" => Some(Passing::Away),
            _ => None,
        };
    }
    match code.parse::<u32>().ok()? & 0xff {
        5 | 6 => Some(Passing::Busy),
        8 | 10 | 13 | 14 => Some(Passing::Away),
        _ => None,
    }
}
