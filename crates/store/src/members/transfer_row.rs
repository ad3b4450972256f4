//! An ownership transfer's row.

use polity_domain::ids::{OrganizationId, OwnershipTransferId, UserId};
use polity_domain::members::{OwnershipTransfer, TransferState};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `ownership_transfers`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "ownership_transfers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub from_user_id: Uuid,
    pub to_user_id: Uuid,
    pub state: String,
    pub expire_time: i64,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(transfer: &OwnershipTransfer, revision: u64) -> Self {
        Self {
            id: transfer.id.uuid(),
            organization_id: transfer.organization_id.uuid(),
            from_user_id: transfer.from_user_id.uuid(),
            to_user_id: transfer.to_user_id.uuid(),
            state: transfer.state.as_str().to_owned(),
            expire_time: transfer.expire_time.micros(),
            create_time: transfer.create_time.micros(),
            update_time: transfer.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for OwnershipTransfer {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let state = match row.state.as_str() {
            "PENDING" => TransferState::Pending,
            "ACCEPTED" => TransferState::Accepted,
            "DECLINED" => TransferState::Declined,
            "CANCELLED" => TransferState::Cancelled,
            other => return Err(StoreError::corrupt(format!("transfer state {other}"))),
        };
        Ok(Self {
            id: OwnershipTransferId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            from_user_id: UserId::from_uuid(row.from_user_id),
            to_user_id: UserId::from_uuid(row.to_user_id),
            state,
            expire_time: Time(row.expire_time),
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
