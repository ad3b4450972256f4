//! What this installation is: one row, made at the first start.

use polity_domain::time::Time;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel};

use self::row::{Column, Entity, Model};
use crate::{Store, StoreError};

/// The id of the one row.
const ONLY: i32 = 1;

mod row {
    use sea_orm::entity::prelude::*;

    /// The table `instance`.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "instance")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub secret_check: Vec<u8>,
        pub create_time: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// This installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instance {
    /// What is derived of the secret key that the database was made with: it tells another key from
    /// it, and gives nothing away.
    pub secret_check: [u8; 32],
    /// When the database was first started with.
    pub create_time: Time,
}

impl TryFrom<Model> for Instance {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let secret_check =
            row.secret_check.try_into().map_err(|_| StoreError::corrupt("instance.secret_check"))?;
        Ok(Self { secret_check, create_time: Time(row.create_time) })
    }
}

impl Store {
    /// This installation; none before its first start.
    pub async fn instance(&self) -> Result<Option<Instance>, StoreError> {
        let row = Entity::find_by_id(ONLY).one(&self.connections.read).await?;
        row.map(TryInto::try_into).transpose()
    }

    /// Makes this installation's row unless it is there, and answers with the one that is. Of several
    /// servers that start at once on an empty database one writes it, and all read that one; whoever
    /// has another secret key sees it in `secret_check`.
    pub async fn instance_or_insert(
        &self,
        secret_check: [u8; 32],
        now: Time,
    ) -> Result<Instance, StoreError> {
        let row = Model { id: ONLY, secret_check: secret_check.to_vec(), create_time: now.micros() };
        let db = &self.connections.write;
        Entity::insert(row.into_active_model().reset_all())
            .on_conflict(OnConflict::column(Column::Id).do_nothing().to_owned())
            .exec_without_returning(db)
            .await?;
        let row = Entity::find_by_id(ONLY).one(db).await?;
        row.ok_or_else(|| StoreError::corrupt("the instance's row is gone"))?.try_into()
    }
}
