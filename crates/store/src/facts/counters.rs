//! Counters of failures and mails, in fixed windows.
//!
//! Each count is a statement of its own, outside every unit of work: no rollback forgets a failure,
//! and no two at once are counted as one. Whoever limits something counts *first* and goes on only if
//! the answer is within the limit; so of many at once no more than the limit get through.
//!
//! A window begins with the first count and ends after its length; the next count begins a new one.

use polity_domain::time::Time;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use self::row::{Column, Entity};
use crate::convert::unsigned;
use crate::{Store, StoreError};

mod row {
    use sea_orm::entity::prelude::*;

    /// The table `counters`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "counters")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub key_hash: Vec<u8>,
        pub window_start: i64,
        pub amount: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What a counter stands at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// How many in the window that runs.
    pub amount: u64,
    /// When that window ends: from this moment on the amount is 0.
    pub end_time: Time,
}

/// Counts one more ($2 is now, $3 the window). A window that has ended begins anew; so does one that
/// lies more than its length ahead, which only a clock that was wrong has left behind.
const COUNT: &str = "INSERT INTO counters (key_hash, window_start, amount) VALUES ($1, $2, 1) \
    ON CONFLICT (key_hash) DO UPDATE SET \
    amount = CASE WHEN counters.window_start > $2 - $3 AND counters.window_start <= $2 + $3 \
        THEN counters.amount + 1 ELSE 1 END, \
    window_start = CASE WHEN counters.window_start > $2 - $3 AND counters.window_start <= $2 + $3 \
        THEN counters.window_start ELSE $2 END \
    RETURNING window_start, amount";

impl Store {
    /// Counts one more under a key, and tells how many that makes in the window of `window` microseconds.
    /// The key is a keyed hash of what is counted and of whom, so that the table names nobody; one key
    /// is always counted with one length of window.
    ///
    /// Not to be called while a unit of work is open (see [`facts`](crate::facts)).
    pub async fn count(&self, key_hash: [u8; 32], window: i64, now: Time) -> Result<Count, StoreError> {
        let single = self.single().await?;
        let db = single.db();
        let values = [key_hash.to_vec().into(), now.micros().into(), window.into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), COUNT, values);
        let row = db.query_one_raw(statement).await?;
        let row = row.ok_or_else(|| StoreError::corrupt("a counter did not answer"))?;
        single.done().await?;
        counted(row.try_get("", "window_start")?, row.try_get("", "amount")?, window)
    }

    /// What a counter stands at, without counting.
    pub async fn peek(&self, key_hash: [u8; 32], window: i64, now: Time) -> Result<Count, StoreError> {
        let found = Entity::find_by_id(key_hash.to_vec())
            .filter(Column::WindowStart.gt(now.micros().saturating_sub(window)))
            .filter(Column::WindowStart.lte(now.micros().saturating_add(window)))
            .one(&self.connections.read)
            .await?;
        match found {
            Some(row) => counted(row.window_start, row.amount, window),
            None => counted(now.micros(), 0, window),
        }
    }

    /// Sets a counter to nothing. For the failures of an account that has proven itself in full; never
    /// for those counted under an address, which anyone can share.
    pub async fn reset(&self, key_hash: [u8; 32]) -> Result<(), StoreError> {
        let single = self.single().await?;
        Entity::delete_by_id(key_hash.to_vec()).exec(&single.db()).await?;
        single.done().await
    }

    /// Forgets at most `limit` counters whose window began before a moment; answers how many. To be
    /// called until it answers less than `limit`, with a moment before which no window still runs.
    pub async fn forget_counters_before(&self, before: Time, limit: u64) -> Result<u64, StoreError> {
        self.forget_rows::<Entity>(Column::KeyHash, Column::WindowStart, before.micros(), limit).await
    }
}

fn counted(window_start: i64, amount: i64, window: i64) -> Result<Count, StoreError> {
    Ok(Count { amount: unsigned(amount)?, end_time: Time(window_start.saturating_add(window)) })
}
