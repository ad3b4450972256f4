//! Idempotency records: which answer a caller got for which key.

use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue, ConnectionTrait, IntoActiveModel, Statement};

use crate::convert::signed;
use crate::{Idempotency, Store, StoreError};

/// The table `idempotency_records`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_records")]
pub struct Model {
    /// A keyed hash of who asks.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: Vec<u8>,
    /// A keyed hash of the key.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key_hash: Vec<u8>,
    /// A hash of what was asked.
    pub request_hash: Vec<u8>,
    /// Set in the transaction of the change itself.
    pub committed: bool,
    /// The sealed answer.
    pub response: Option<Vec<u8>>,
    /// When the key was taken, in microseconds.
    pub create_time: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What stands under a key.
#[derive(Debug)]
pub enum Begun {
    /// Nothing did; the caller goes on.
    Fresh,
    /// This record does.
    Found(Model),
    /// Something did, and was given back meanwhile: ask again.
    Gone,
}

fn id(record: &Idempotency) -> (Vec<u8>, Vec<u8>) {
    (record.caller.to_vec(), record.key_hash.to_vec())
}

/// Says, in the transaction of the change, that it has taken effect.
pub(crate) async fn mark_committed<C: ConnectionTrait>(
    db: &C,
    record: &Idempotency,
) -> Result<(), StoreError> {
    let committed = ActiveModel { committed: ActiveValue::Set(true), ..Default::default() };
    let marked = Entity::update_many()
        .set(committed)
        .filter(Column::Caller.eq(record.caller.to_vec()))
        .filter(Column::KeyHash.eq(record.key_hash.to_vec()))
        .exec(db)
        .await?;
    if marked.rows_affected == 1 {
        Ok(())
    } else {
        Err(StoreError::corrupt("the idempotency record is gone"))
    }
}

impl Store {
    /// Takes a key for a request, unless it is taken.
    pub async fn idempotency_begin(
        &self,
        record: &Idempotency,
        request_hash: [u8; 32],
        now: i64,
    ) -> Result<Begun, StoreError> {
        let (caller, key_hash) = id(record);
        let row = Model {
            caller: caller.clone(),
            key_hash: key_hash.clone(),
            request_hash: request_hash.to_vec(),
            committed: false,
            response: None,
            create_time: now,
        };
        let single = self.single().await?;
        let insert = Entity::insert(row.into_active_model().reset_all())
            .on_conflict(OnConflict::columns([Column::Caller, Column::KeyHash]).do_nothing().to_owned());
        if insert.exec_without_returning(&single.db()).await? == 1 {
            single.done().await?;
            return Ok(Begun::Fresh);
        }
        let found = Entity::find_by_id((caller, key_hash)).one(&single.db()).await?;
        Ok(found.map_or(Begun::Gone, Begun::Found))
    }

    /// Keeps the answer.
    pub async fn idempotency_finish(
        &self,
        record: &Idempotency,
        response: Vec<u8>,
    ) -> Result<(), StoreError> {
        let single = self.single().await?;
        let answered = ActiveModel { response: ActiveValue::Set(Some(response)), ..Default::default() };
        Entity::update_many()
            .set(answered)
            .filter(Column::Caller.eq(record.caller.to_vec()))
            .filter(Column::KeyHash.eq(record.key_hash.to_vec()))
            .exec(&single.db())
            .await?;
        single.done().await
    }

    /// Gives a key back, if nothing came of the request.
    pub async fn idempotency_abandon(&self, record: &Idempotency) -> Result<(), StoreError> {
        let single = self.single().await?;
        Entity::delete_many()
            .filter(Column::Caller.eq(record.caller.to_vec()))
            .filter(Column::KeyHash.eq(record.key_hash.to_vec()))
            .filter(Column::Committed.eq(false))
            .exec(&single.db())
            .await?;
        single.done().await
    }

    /// Forgets at most `limit` records from before a moment, in one short statement; how many.
    pub async fn idempotency_forget(&self, before: i64, limit: u64) -> Result<u64, StoreError> {
        let sql = "DELETE FROM idempotency_records WHERE create_time < $1 AND (caller, key_hash) IN \
            (SELECT caller, key_hash FROM idempotency_records WHERE create_time < $2 LIMIT $3)";
        let db = &self.connections.write;
        let values: [Value; 3] = [before.into(), before.into(), signed(limit).into()];
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
        Ok(db.execute_raw(statement).await?.rows_affected())
    }
}
