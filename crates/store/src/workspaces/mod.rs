//! Workspaces: rows, lists, and how many people work in each.

mod listing;
pub(crate) mod row;
mod users;

pub use listing::{FIELDS, SORTABLE};
pub(crate) use users::{is_on, people_on};

use std::collections::{HashMap, HashSet};

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::workspaces::Workspace;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, PaginatorTrait,
    QueryFilter, Select,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::Versioned;
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

impl Reader {
    /// The organization's workspaces.
    pub fn workspaces(&self) -> Workspaces<'_, DatabaseConnection> {
        Workspaces { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's workspaces.
    pub fn workspaces(&self) -> Workspaces<'_, DatabaseTransaction> {
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
