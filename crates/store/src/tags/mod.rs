//! Tags and what they are on: rows and lists.

mod listing;
pub(crate) mod resource_row;
pub(crate) mod row;
mod write;

pub(crate) use listing::tagged;
pub use listing::{FIELDS, RESOURCE_FIELDS, RESOURCE_SORTABLE, SORTABLE};
pub(crate) use write::{attach, delete, detach, forget};

use std::collections::BTreeSet;

use polity_domain::ids::{OrganizationId, TagId, UserId};
use polity_domain::tags::{Tag, Tagged};
use polity_domain::time::Time;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    Select,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::members::row as member;
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The tags of the permit's organization.
pub struct Tags<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's tags.
    pub fn tags(&self) -> Tags<'_, DatabaseConnection> {
        Tags { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's tags.
    pub fn tags(&self) -> Tags<'_, Transaction> {
        Tags { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Tags<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: TagId) -> Result<Option<Versioned<Tag>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(self.all().count(self.db).await?)
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<Versioned<Tag>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    /// A page of what a tag is on, and since when; the newest first unless another order was asked for.
    /// The `hidden` organizations are left out.
    pub async fn resources(
        &self,
        tag: TagId,
        hidden: &[OrganizationId],
        request: &PageRequest,
    ) -> Result<Page<(Tagged, Time)>, StoreError> {
        use resource_row::Column;
        let mut select = self.put(tag);
        if !hidden.is_empty() {
            let hidden = Column::ResourceId.is_not_in(hidden.iter().map(|id| id.uuid()));
            select = select.filter(Column::ResourceKind.ne("organization").or(hidden));
        }
        let page = fetch(self.db, select, &request.newest_first()).await?;
        page.try_map(|row| Ok((row.resource()?, Time(row.create_time))))
    }

    /// Which of these a tag is on.
    pub async fn on(&self, tag: TagId, resources: &[Tagged]) -> Result<BTreeSet<Tagged>, StoreError> {
        let ids = resources.iter().map(|resource| resource.uuid());
        let rows = self.put(tag).filter(resource_row::Column::ResourceId.is_in(ids)).all(self.db).await?;
        rows.iter().map(resource_row::Model::resource).collect()
    }

    /// Which of these people are members of the organization.
    pub async fn members(&self, users: &[UserId]) -> Result<BTreeSet<UserId>, StoreError> {
        let found: Vec<uuid::Uuid> = member::Entity::find()
            .select_only()
            .column(member::Column::UserId)
            .filter(member::Column::OrganizationId.eq(self.organization.uuid()))
            .filter(member::Column::UserId.is_in(users.iter().map(|user| user.uuid())))
            .into_tuple()
            .all(self.db)
            .await?;
        Ok(found.into_iter().map(UserId::from_uuid).collect())
    }

    fn put(&self, tag: TagId) -> Select<resource_row::Entity> {
        use resource_row::Column;
        resource_row::Entity::find()
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .filter(Column::TagId.eq(tag.uuid()))
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Tag>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
