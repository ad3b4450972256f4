//! Applications' resources and what they stand below: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::OrganizationId;
use polity_domain::resources::Resource;
use polity_domain::roles::ResourceRef;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, Select};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The registered resources of the permit's organization.
pub struct Resources<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's registered resources.
    pub fn resources(&self) -> Resources<'_, DatabaseConnection> {
        Resources { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's registered resources.
    pub fn resources(&self) -> Resources<'_, Transaction> {
        Resources { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Resources<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, resource: &ResourceRef) -> Result<Option<Versioned<Resource>>, StoreError> {
        let found = self
            .all()
            .filter(row::Column::ResourceKind.eq(&resource.kind))
            .filter(row::Column::ResourceId.eq(&resource.id))
            .one(self.db)
            .await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<Versioned<Resource>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Resource>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
