//! The keys that sign access tokens. Their seeds are derived of the instance's secret and their id:
//! what stands here opens nothing.

use polity_domain::time::Time;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, QueryOrder};
use uuid::Uuid;

use super::rows::signing_key::{Column, Entity, Model};
use crate::{Store, StoreError};

/// A key that signs access tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SigningKey {
    /// Its id, the `kid` of what it signs.
    pub id: Uuid,
    /// When it was made.
    pub create_time: Time,
    /// From now on it signs, unless a later one does.
    pub activate_time: Time,
    /// From now on nothing it has signed is believed.
    pub retire_time: Time,
}

impl From<Model> for SigningKey {
    fn from(row: Model) -> Self {
        Self {
            id: row.id,
            create_time: Time(row.create_time),
            activate_time: Time(row.activate_time),
            retire_time: Time(row.retire_time),
        }
    }
}

impl Store {
    /// The keys, newest first, with those that are retired and not yet forgotten.
    pub async fn signing_keys(&self) -> Result<Vec<SigningKey>, StoreError> {
        let rows = Entity::find()
            .order_by_desc(Column::ActivateTime)
            .order_by_desc(Column::Id)
            .all(&self.connections.read)
            .await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Adds the key that follows `newest`, the first of [`Store::signing_keys`] as the caller read them
    /// (none if there were none). False, and nothing happened, if another server has added one since:
    /// each key is followed by one only.
    pub async fn add_signing_key(&self, key: &SigningKey, newest: Option<Uuid>) -> Result<bool, StoreError> {
        let row = Model {
            id: key.id,
            follows: newest.unwrap_or(Uuid::nil()),
            create_time: key.create_time.micros(),
            activate_time: key.activate_time.micros(),
            retire_time: key.retire_time.micros(),
        };
        let added = Entity::insert(row.into_active_model().reset_all())
            .on_conflict(OnConflict::column(Column::Follows).do_nothing().to_owned())
            .exec_without_returning(&self.connections.write)
            .await?;
        Ok(added == 1)
    }
}
