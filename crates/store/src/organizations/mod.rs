//! Organizations: the tree's rows.

mod listing;
pub(crate) mod paths;
pub(crate) mod purge;
pub(crate) mod row;
mod sight;
mod subtree;
mod upwards;

pub use listing::{FIELDS, SORTABLE};
pub use purge::{Clearing, Due, purged_tables};
pub use sight::Sight;
pub(crate) use upwards::upwards;

use polity_domain::ids::OrganizationId;
use polity_domain::organizations::Organization;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, QueryFilter};

use crate::listing::{Page, PageRequest, fetch};
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// Organizations at or near the permit's one.
pub struct Organizations<'a, C> {
    db: &'a C,
    organization: OrganizationId,
    /// The top of its tree.
    top: OrganizationId,
}

impl Reader {
    /// Organizations at, above and below the permit's one.
    pub fn organizations(&self) -> Organizations<'_, DatabaseConnection> {
        let top = self.snapshot().tree_id();
        Organizations { db: &self.db, organization: self.organization(), top }
    }
}

impl Writer {
    /// Organizations at, above and below the permit's one.
    pub fn organizations(&self) -> Organizations<'_, Transaction> {
        let top = self.snapshot().tree_id();
        Organizations { db: &self.tx, organization: self.organization(), top }
    }
}

/// An organization with the revision of its last change: what an ETag is made of.
pub type Versioned<T> = (T, i64);

impl<C: ConnectionTrait> Organizations<'_, C> {
    /// The permit's organization itself.
    pub async fn own(&self) -> Result<Option<Versioned<Organization>>, StoreError> {
        self.get(self.organization).await
    }

    /// One at or below the permit's organization, or above it.
    pub async fn get(&self, id: OrganizationId) -> Result<Option<Versioned<Organization>>, StoreError> {
        let row = row::Entity::find_by_id(id.uuid())
            .filter(row::Column::Id.in_subquery(self.related()))
            .one(self.db)
            .await?;
        row.map(one).transpose()
    }

    /// Several of them, in no order; those that are not related are left out.
    pub async fn get_many(&self, ids: &[OrganizationId]) -> Result<Vec<Versioned<Organization>>, StoreError> {
        let ids = ids.iter().map(|id| id.uuid());
        let rows = row::Entity::find()
            .filter(row::Column::Id.is_in(ids))
            .filter(row::Column::Id.in_subquery(self.related()))
            .all(self.db)
            .await?;
        rows.into_iter().map(one).collect()
    }

    /// Those directly below that may be seen.
    pub async fn children(
        &self,
        sight: &Sight,
        request: &PageRequest,
    ) -> Result<Page<Versioned<Organization>>, StoreError> {
        let select = row::Entity::find().filter(row::Column::ParentId.eq(self.organization.uuid()));
        versioned(fetch(self.db, sight.limit(select), &request.newest_first()).await?)
    }

    /// Those below, down to `max_depth` levels, that may be seen.
    pub async fn descendants(
        &self,
        max_depth: Option<u32>,
        sight: &Sight,
        request: &PageRequest,
    ) -> Result<Page<Versioned<Organization>>, StoreError> {
        let own = self.organization.uuid();
        if max_depth.is_none() && self.organization == self.top {
            // All the others of the tree, in an order that its index has.
            let others =
                row::Entity::find().filter(row::Column::TreeId.eq(own)).filter(row::Column::Id.ne(own));
            return versioned(fetch(self.db, sight.limit(others), &request.newest_first()).await?);
        }
        let mut below = Query::select()
            .column(paths::Column::DescendantId)
            .from(paths::Entity)
            .and_where(paths::Column::AncestorId.eq(own))
            .and_where(paths::Column::Depth.gt(0))
            .to_owned();
        if let Some(depth) = max_depth {
            below.and_where(paths::Column::Depth.lte(depth));
        }
        let select = row::Entity::find().filter(row::Column::Id.in_subquery(below));
        versioned(fetch(self.db, sight.limit(select), &request.newest_first()).await?)
    }

    /// Every organization above or below, and itself.
    fn related(&self) -> sea_orm::sea_query::SelectStatement {
        let own = self.organization.uuid();
        let below = Query::select()
            .column(paths::Column::DescendantId)
            .from(paths::Entity)
            .and_where(paths::Column::AncestorId.eq(own))
            .to_owned();
        let mut above = Query::select()
            .column(paths::Column::AncestorId)
            .from(paths::Entity)
            .and_where(paths::Column::DescendantId.eq(own))
            .to_owned();
        above.union(sea_orm::sea_query::UnionType::All, below).to_owned()
    }
}

fn one(row: row::Model) -> Result<Versioned<Organization>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

fn versioned(page: Page<row::Model>) -> Result<Page<Versioned<Organization>>, StoreError> {
    page.try_map(one)
}
