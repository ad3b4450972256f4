//! Offers of ownership: reading and lists.

use polity_domain::ids::{OrganizationId, OwnershipTransferId, UserId};
use polity_domain::listing::{Field, Fields, Kind};
use polity_domain::members::OwnershipTransfer;
use polity_domain::time::Time;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter};

use super::transfer_row::{Column, Entity, Model};
use crate::listing::{Comparison, Listed, Page, PageRequest, fetch, unknown_field};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The fields of a filter.
pub const TRANSFER_FIELDS: Fields = Fields::new(&[
    Field::new("id", Kind::Id(OwnershipTransferId::PREFIX)),
    Field::new("from_user", Kind::Id(UserId::PREFIX)),
    Field::new("to_user", Kind::Id(UserId::PREFIX)),
    Field::new("state", Kind::Enumeration(&["PENDING", "ACCEPTED", "DECLINED", "CANCELLED"])),
    Field::new("expire_time", Kind::Time),
    Field::new("create_time", Kind::Time),
    Field::new("update_time", Kind::Time),
]);

/// The fields of an order.
pub const TRANSFER_SORTABLE: &[&str] = &["create_time", "expire_time"];

impl Listed for Entity {
    const ID: Column = Column::Id;

    fn sort_column(field: &str) -> Option<Column> {
        Some(match field {
            "create_time" => Column::CreateTime,
            "expire_time" => Column::ExpireTime,
            _ => return None,
        })
    }

    fn compare(comparison: &Comparison<'_>) -> Result<SimpleExpr, StoreError> {
        comparison.scalar(match comparison.field {
            "id" => Column::Id,
            "from_user" => Column::FromUserId,
            "to_user" => Column::ToUserId,
            "state" => Column::State,
            "expire_time" => Column::ExpireTime,
            "create_time" => Column::CreateTime,
            "update_time" => Column::UpdateTime,
            other => return Err(unknown_field(other)),
        })
    }
}

/// The offers of ownership of the permit's organization.
pub struct OwnershipTransfers<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's offers of ownership.
    pub fn ownership_transfers(&self) -> OwnershipTransfers<'_, DatabaseConnection> {
        OwnershipTransfers { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's offers of ownership.
    pub fn ownership_transfers(&self) -> OwnershipTransfers<'_, Transaction> {
        OwnershipTransfers { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> OwnershipTransfers<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(
        &self,
        id: OwnershipTransferId,
    ) -> Result<Option<Versioned<OwnershipTransfer>>, StoreError> {
        let found = self.all().filter(Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(
        &self,
        request: &PageRequest,
    ) -> Result<Page<Versioned<OwnershipTransfer>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    /// The open offer from one person to another, if there is one.
    pub async fn pending_between(
        &self,
        from: UserId,
        to: UserId,
        now: Time,
    ) -> Result<Option<Versioned<OwnershipTransfer>>, StoreError> {
        let found = self
            .all()
            .filter(Column::FromUserId.eq(from.uuid()))
            .filter(Column::ToUserId.eq(to.uuid()))
            .filter(Column::State.eq("PENDING"))
            .filter(Column::ExpireTime.gt(now.micros()))
            .one(self.db)
            .await?;
        found.map(versioned).transpose()
    }

    fn all(&self) -> sea_orm::Select<Entity> {
        Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: Model) -> Result<Versioned<OwnershipTransfer>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
