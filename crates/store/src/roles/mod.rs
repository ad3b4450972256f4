//! Custom roles: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::roles::Role;
use sea_orm::sea_query::Query;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, Select,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::{Versioned, paths};
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The custom roles of the permit's organization, and those above that reach it.
pub struct Roles<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The custom roles of the organization and of those above it.
    pub fn roles(&self) -> Roles<'_, DatabaseConnection> {
        Roles { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The custom roles of the organization and of those above it.
    pub fn roles(&self) -> Roles<'_, Transaction> {
        Roles { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Roles<'_, C> {
    /// One of the roles of `owners`, with the revision of its last change. Owners whose roles do not
    /// reach the permit's organization are passed over, whoever names them.
    pub async fn get(
        &self,
        id: RoleId,
        owners: &[OrganizationId],
    ) -> Result<Option<Versioned<Role>>, StoreError> {
        let found = self.of(owners).filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of the roles of `owners`, the newest first unless another order was asked for.
    pub async fn list(
        &self,
        owners: &[OrganizationId],
        request: &PageRequest,
    ) -> Result<Page<Versioned<Role>>, StoreError> {
        fetch(self.db, self.of(owners), &request.newest_first()).await?.try_map(versioned)
    }

    /// How many roles the permit's organization has of its own.
    pub async fn count(&self) -> Result<u64, StoreError> {
        let own = row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()));
        Ok(own.count(self.db).await?)
    }

    fn of(&self, owners: &[OrganizationId]) -> Select<row::Entity> {
        let reaching = Query::select()
            .column(paths::Column::AncestorId)
            .from(paths::Entity)
            .and_where(paths::Column::DescendantId.eq(self.organization.uuid()))
            .and_where(paths::Column::InheritsRoles.eq(true))
            .to_owned();
        row::Entity::find()
            .filter(row::Column::OrganizationId.is_in(owners.iter().map(|owner| owner.uuid())))
            .filter(row::Column::OrganizationId.in_subquery(reaching))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Role>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
