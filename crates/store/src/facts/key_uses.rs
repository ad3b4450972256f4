//! When each secret of an API key was last used.

use std::collections::{BTreeMap, BTreeSet};

use polity_domain::ids::ApiKeyId;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, IntoActiveModel, QuerySelect};

use crate::api_keys::row as api_key;
use crate::{Store, StoreError};

/// The table `api_key_uses`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_key_uses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub api_key_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub secret_number: i64,
    pub last_used_time: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values.
const CHUNK: usize = 1000;

impl Store {
    /// Notes uses of keys' secrets. The latest stays, in whatever order they arrive.
    pub async fn note_key_uses(&self, uses: &[(ApiKeyId, u32, Time)]) -> Result<(), StoreError> {
        // Each row once, and in order: two batches at a time never wait for each other in a circle.
        let mut latest: BTreeMap<(Uuid, u32), i64> = BTreeMap::new();
        for (key, number, time) in uses {
            let last = latest.entry((key.uuid(), *number)).or_insert(i64::MIN);
            *last = Ord::max(*last, time.micros());
        }
        let keys: BTreeSet<Uuid> = latest.keys().map(|(key, _)| *key).collect();
        let known = self.known_keys(keys).await?;
        let rows: Vec<_> = latest
            .into_iter()
            .filter(|((key, _), _)| known.contains(key))
            .map(|((api_key_id, number), last_used_time)| {
                let secret_number = i64::from(number);
                Model { api_key_id, secret_number, last_used_time }.into_active_model().reset_all()
            })
            .collect();
        let newer = Expr::col((Alias::new("excluded"), Column::LastUsedTime))
            .gt(Expr::col((Entity, Column::LastUsedTime)));
        let keep_later = OnConflict::columns([Column::ApiKeyId, Column::SecretNumber])
            .update_column(Column::LastUsedTime)
            .action_and_where(newer)
            .to_owned();
        for chunk in rows.chunks(CHUNK) {
            Entity::insert_many(chunk.to_vec())
                .on_conflict(keep_later.clone())
                .exec_without_returning(&self.connections.write)
                .await?;
        }
        Ok(())
    }

    /// Which of these keys are there: one may have been purged with its organization since it was used.
    async fn known_keys(&self, keys: BTreeSet<Uuid>) -> Result<BTreeSet<Uuid>, StoreError> {
        let keys: Vec<Uuid> = keys.into_iter().collect();
        let mut known = BTreeSet::new();
        for chunk in keys.chunks(CHUNK) {
            let found: Vec<Uuid> = api_key::Entity::find()
                .select_only()
                .column(api_key::Column::Id)
                .filter(api_key::Column::Id.is_in(chunk.iter().copied()))
                .into_tuple()
                .all(&self.connections.write)
                .await?;
            known.extend(found);
        }
        Ok(known)
    }
}
