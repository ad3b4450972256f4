//! Invitations: rows and lists.

mod by_role;
mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::email::Email;
use polity_domain::ids::{InvitationId, OrganizationId, WorkspaceId};
use polity_domain::invitations::Invitation;
use polity_domain::time::Time;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
};

use crate::listing::{Page, PageRequest, at, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, Store, StoreError, Writer};

/// The invitations of the permit's organization.
pub struct Invitations<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's invitations.
    pub fn invitations(&self) -> Invitations<'_, DatabaseConnection> {
        Invitations { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's invitations.
    pub fn invitations(&self) -> Invitations<'_, Transaction> {
        Invitations { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Invitations<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: InvitationId) -> Result<Option<Versioned<Invitation>>, StoreError> {
        let found = row::Entity::find_by_id(id.uuid())
            .filter(row::Column::OrganizationId.eq(self.organization.uuid()))
            .one(self.db)
            .await?;
        found.map(versioned).transpose()
    }

    /// The pending one for an address, to the organization only or into a workspace, if there is one.
    pub async fn pending_for(
        &self,
        email: &Email,
        workspace: Option<WorkspaceId>,
        now: Time,
    ) -> Result<Option<Invitation>, StoreError> {
        let found = row::Entity::find()
            .filter(row::Column::OrganizationId.eq(self.organization.uuid()))
            .filter(row::Column::EmailCanonical.eq(email.canonical()))
            .filter(match workspace {
                Some(id) => row::Column::WorkspaceId.eq(id.uuid()),
                None => row::Column::WorkspaceId.is_null(),
            })
            .filter(row::Column::Ended.is_null())
            .filter(row::Column::ExpireTime.gt(now.micros()))
            .one(self.db)
            .await?;
        found.map(TryInto::try_into).transpose()
    }

    /// How many were made since a moment.
    pub async fn made_since(&self, since: Time) -> Result<u64, StoreError> {
        let made = row::Entity::find()
            .filter(row::Column::OrganizationId.eq(self.organization.uuid()))
            .filter(row::Column::CreateTime.gte(since.micros()));
        Ok(made.count(self.db).await?)
    }

    /// A page of them, or of those into one workspace. `now` decides which are expired.
    pub async fn list(
        &self,
        workspace: Option<WorkspaceId>,
        request: &PageRequest,
        now: Time,
    ) -> Result<Page<Versioned<Invitation>>, StoreError> {
        let mut select = row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()));
        if let Some(workspace) = workspace {
            select = select.filter(row::Column::WorkspaceId.eq(workspace.uuid()));
        }
        at(now, fetch(self.db, select, request)).await?.try_map(versioned)
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Invitation>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

impl Store {
    /// The invitation that a token names, wherever it is: for whoever holds its secret.
    pub async fn invitation_by_id(&self, id: InvitationId) -> Result<Option<Invitation>, StoreError> {
        let found = row::Entity::find_by_id(id.uuid()).one(&self.connections.read).await?;
        found.map(TryInto::try_into).transpose()
    }

    /// The open invitations for proven addresses, newest first, at most 1000.
    pub async fn invitations_for(
        &self,
        addresses: &[String],
        now: Time,
    ) -> Result<Vec<Invitation>, StoreError> {
        use sea_orm::QuerySelect;
        let rows = row::Entity::find()
            .filter(row::Column::EmailCanonical.is_in(addresses))
            .filter(row::Column::Ended.is_null())
            .filter(row::Column::ExpireTime.gt(now.micros()))
            .order_by_desc(row::Column::CreateTime)
            .order_by_desc(row::Column::Id)
            .limit(1000)
            .all(&self.connections.read)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
