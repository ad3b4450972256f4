//! Workspaces: rows, lists, and how many people work in each.

mod listing;
pub(crate) mod row;
mod users;

pub use listing::{FIELDS, SORTABLE};
pub(crate) use users::{is_on, people_on};

use std::collections::{HashMap, HashSet};

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::time::Time;
use polity_domain::workspaces::Workspace;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use uuid::Uuid;

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, Store, StoreError, Writer};

/// The workspaces of the permit's organization.
pub struct Workspaces<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

/// Which workspaces a caller may see, as the decisions gave it.
#[derive(Debug, Clone)]
pub enum WorkspaceSight {
    /// All of the organization.
    All {
        /// The deleted ones as well.
        deleted: bool,
    },
    /// These, as far as they live.
    Some(Vec<WorkspaceId>),
}

/// A deleted workspace whose time is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueWorkspace {
    /// Since when it could be restored no longer.
    pub purge_time: Time,
    /// Its id.
    pub id: WorkspaceId,
    /// The organization that it is a part of.
    pub organization: OrganizationId,
}

impl Reader {
    /// The organization's workspaces.
    pub fn workspaces(&self) -> Workspaces<'_, DatabaseConnection> {
        Workspaces { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's workspaces.
    pub fn workspaces(&self) -> Workspaces<'_, Transaction> {
        Workspaces { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Workspaces<'_, C> {
    /// One of them, also a deleted one, with the revision of its last change.
    pub async fn get(&self, id: WorkspaceId) -> Result<Option<Versioned<Workspace>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// Several of them, in no order, deleted ones as well; those of other organizations are left out.
    pub async fn get_many(&self, ids: &[WorkspaceId]) -> Result<Vec<Workspace>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let ids = ids.iter().map(|id| id.uuid());
        let rows = self.all().filter(row::Column::Id.is_in(ids)).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Whether one that lives has a slug.
    pub async fn has_slug(&self, slug: &str) -> Result<bool, StoreError> {
        Ok(self.all().filter(row::Column::LiveSlug.eq(slug)).count(self.db).await? > 0)
    }

    /// A page of those that may be seen, the newest first unless another order was asked for.
    pub async fn list(
        &self,
        sight: &WorkspaceSight,
        request: &PageRequest,
    ) -> Result<Page<Versioned<Workspace>>, StoreError> {
        let living = || self.all().filter(row::Column::State.eq("ACTIVE"));
        let select = match sight {
            WorkspaceSight::All { deleted: true } => self.all(),
            WorkspaceSight::All { deleted: false } => living(),
            WorkspaceSight::Some(ids) => {
                living().filter(row::Column::Id.is_in(ids.iter().map(|id| id.uuid())))
            }
        };
        fetch(self.db, select, &request.newest_first()).await?.try_map(versioned)
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }
}

impl Store {
    /// Workspaces that can be restored no longer, the first to be purged first, at most `limit` of those behind
    /// `after`; each with its organization.
    pub async fn workspaces_due_for_purge(
        &self,
        now: Time,
        after: Option<DueWorkspace>,
        limit: u64,
    ) -> Result<Vec<DueWorkspace>, StoreError> {
        use row::Column::{Id, OrganizationId as At, PurgeTime};
        let behind = after.map(|last| {
            let (time, id) = (last.purge_time.micros(), last.id.uuid());
            Condition::any().add(PurgeTime.gt(time)).add(PurgeTime.eq(time).and(Id.gt(id)))
        });
        let rows: Vec<(i64, Uuid, Uuid)> = row::Entity::find()
            .select_only()
            .columns([PurgeTime, Id, At])
            .filter(PurgeTime.lte(now.micros()))
            .apply_if(behind, QueryFilter::filter)
            .order_by_asc(PurgeTime)
            .order_by_asc(Id)
            .limit(limit)
            .into_tuple()
            .all(&self.connections.read)
            .await?;
        let due = |(time, id, organization)| DueWorkspace {
            purge_time: Time(time),
            id: WorkspaceId::from_uuid(id),
            organization: OrganizationId::from_uuid(organization),
        };
        Ok(rows.into_iter().map(due).collect())
    }

    /// The display names of these workspaces, each of the organization beside it, deleted ones as well.
    pub async fn workspace_titles(
        &self,
        asked: &[(OrganizationId, WorkspaceId)],
    ) -> Result<HashMap<WorkspaceId, String>, StoreError> {
        if asked.is_empty() {
            return Ok(HashMap::new());
        }
        let rows = row::Entity::find()
            .filter(
                row::Column::OrganizationId.is_in(asked.iter().map(|(organization, _)| organization.uuid())),
            )
            .filter(row::Column::Id.is_in(asked.iter().map(|(_, id)| id.uuid())))
            .all(&self.connections.read)
            .await?;
        let asked: HashSet<_> =
            asked.iter().map(|(organization, id)| (organization.uuid(), id.uuid())).collect();
        let theirs = rows.into_iter().filter(|row| asked.contains(&(row.organization_id, row.id)));
        Ok(theirs.map(|row| (WorkspaceId::from_uuid(row.id), row.title)).collect())
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Workspace>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
