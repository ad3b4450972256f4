//! Service accounts: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::service_accounts::ServiceAccount;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, Select,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The service accounts of the permit's organization.
pub struct ServiceAccounts<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's service accounts.
    pub fn service_accounts(&self) -> ServiceAccounts<'_, DatabaseConnection> {
        ServiceAccounts { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's service accounts.
    pub fn service_accounts(&self) -> ServiceAccounts<'_, Transaction> {
        ServiceAccounts { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> ServiceAccounts<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: ServiceAccountId) -> Result<Option<Versioned<ServiceAccount>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<Versioned<ServiceAccount>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(self.all().count(self.db).await?)
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<ServiceAccount>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
