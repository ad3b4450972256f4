//! Bringing a schema up to date, one server at a time.

use std::fmt;

use sea_orm_migration::MigratorTrait;
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, TransactionTrait};

use crate::Migrator;

/// Why a schema is not up to date.
#[derive(Debug)]
pub enum SchemaError {
    /// A newer version of Polity wrote it. Nothing was changed.
    Newer,
    /// The database failed.
    Database(DbErr),
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer => formatter.write_str("a newer version wrote the schema"),
            Self::Database(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for SchemaError {}

impl From<DbErr> for SchemaError {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

/// Brings the schema up to date. A newer one than this version knows is refused; of several servers that
/// start at once on PostgreSQL, one migrates and the others wait.
pub async fn bring_up_to_date(connection: &DatabaseConnection) -> Result<(), SchemaError> {
    if connection.get_database_backend() != DbBackend::Postgres {
        return up(connection).await;
    }
    let turn = connection.begin().await?;
    // Whoever migrates may take long: the others wait for as long as it takes.
    turn.execute_unprepared("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0").await?;
    turn.execute_unprepared("SET LOCAL idle_in_transaction_session_timeout = 0").await?;
    turn.execute_unprepared("SELECT pg_advisory_xact_lock(7308325110)").await?;
    up(connection).await?;
    Ok(turn.commit().await?)
}

async fn up(connection: &DatabaseConnection) -> Result<(), SchemaError> {
    Migrator::up(connection, None).await.map_err(|error| {
        // A migration that was applied and that this version does not have: it says so in words only.
        if error.to_string().contains("is missing") {
            SchemaError::Newer
        } else {
            SchemaError::Database(error)
        }
    })
}
