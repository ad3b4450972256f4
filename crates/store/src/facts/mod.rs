//! Facts that change no right: they are written outside the trees' locks and the ledger, each for itself. On SQLite
//! those that are written in a request become durable together with the units that wait, as these do with each other.
//!
//! On SQLite all writing goes through one connection, which an open [`Writer`](crate::Writer) holds:
//! whoever has one open and asks the store for a fact to be written waits for itself. Facts are
//! written before a unit is opened, or after it is committed.

pub mod counters;
pub mod idempotency;
pub mod instance;
pub(crate) mod key_uses;
mod policy_shadows;

use sea_orm::{
    ColumnTrait, DatabaseConnection, DatabaseExecutor, DatabaseTransaction, EntityTrait, QueryFilter,
    QuerySelect, QueryTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use crate::unit::{Place, Transaction};
use crate::{Store, StoreError};

/// Where a single statement is written.
pub(crate) enum Single<'a> {
    /// By itself.
    Alone(&'a DatabaseConnection),
    /// On SQLite: beside the units that wait.
    Shared(Place),
}

impl Single<'_> {
    pub fn db(&self) -> DatabaseExecutor<'_> {
        match self {
            Self::Alone(connection) => DatabaseExecutor::Connection(connection),
            Self::Shared(place) => DatabaseExecutor::Transaction(place),
        }
    }

    /// What was written is durable.
    pub async fn done(self) -> Result<(), StoreError> {
        match self {
            Self::Alone(_) => Ok(()),
            Self::Shared(place) => place.keep().await,
        }
    }
}

impl Store {
    /// Begins a transaction that writes. On SQLite it takes the write lock at once, so that nothing it
    /// reads can change before it writes; on PostgreSQL it is READ COMMITTED, so what must hold stands
    /// in the condition of the statement that changes the row.
    pub(crate) async fn begin_fact(&self) -> Result<Transaction, StoreError> {
        match &self.group {
            Some(group) => Ok(Transaction::shared(group.enter(&self.connections.write).await?)),
            None => Ok(Transaction::own(self.begin_alone().await?)),
        }
    }

    /// For a fact that is a single statement.
    pub(crate) async fn single(&self) -> Result<Single<'_>, StoreError> {
        match &self.group {
            Some(group) => {
                let place = group.enter(&self.connections.write).await?;
                place.begin().await?;
                Ok(Single::Shared(place))
            }
            None => Ok(Single::Alone(&self.connections.write)),
        }
    }

    /// Begins a transaction in which nobody else has a part: for work that is nobody's request, and that reads what
    /// others write.
    pub(crate) async fn begin_alone(&self) -> Result<DatabaseTransaction, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(self.connections.write.begin_with_options(options).await?)
    }

    /// Deletes at most `limit` rows whose `column` is below `before`, in one short statement. The
    /// condition is asked again of each row as it is deleted: one that was renewed meanwhile stays.
    pub(crate) async fn forget_rows<E: EntityTrait>(
        &self,
        key: E::Column,
        column: E::Column,
        before: i64,
        limit: u64,
    ) -> Result<u64, StoreError> {
        let old = E::find().select_only().column(key).filter(column.lt(before)).limit(limit).into_query();
        let gone = E::delete_many()
            .filter(key.in_subquery(old))
            .filter(column.lt(before))
            .exec(&self.connections.write)
            .await?;
        Ok(gone.rows_affected)
    }
}
