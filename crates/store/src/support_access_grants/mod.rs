//! Support access grants: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::{OrganizationId, SupportAccessGrantId};
use polity_domain::support_access_grants::SupportAccessGrant;
use polity_domain::time::Time;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, Select,
};

use crate::listing::{Page, PageRequest, at, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The support access grants of the permit's organization.
pub struct SupportAccessGrants<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's support access grants.
    pub fn support_access_grants(&self) -> SupportAccessGrants<'_, DatabaseConnection> {
        SupportAccessGrants { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's support access grants.
    pub fn support_access_grants(&self) -> SupportAccessGrants<'_, Transaction> {
        SupportAccessGrants { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> SupportAccessGrants<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(
        &self,
        id: SupportAccessGrantId,
    ) -> Result<Option<Versioned<SupportAccessGrant>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for. `now` decides which are
    /// expired.
    pub async fn list(
        &self,
        request: &PageRequest,
        now: Time,
    ) -> Result<Page<Versioned<SupportAccessGrant>>, StoreError> {
        at(now, fetch(self.db, self.all(), &request.newest_first())).await?.try_map(versioned)
    }

    /// Those that are active, the oldest first.
    pub async fn active(&self, now: Time) -> Result<Vec<SupportAccessGrant>, StoreError> {
        let rows = self
            .all()
            .filter(row::Column::EndTime.is_null())
            .filter(row::Column::ExpireTime.gt(now.micros()))
            .order_by_asc(row::Column::CreateTime)
            .order_by_asc(row::Column::Id)
            .all(self.db)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<SupportAccessGrant>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
