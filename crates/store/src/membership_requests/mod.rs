//! Membership requests: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::{MembershipRequestId, OrganizationId, UserId};
use polity_domain::membership_requests::MembershipRequest;
use polity_domain::time::Time;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
};

use self::row::Column;
use crate::listing::{Page, PageRequest, at, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, Store, StoreError, Writer};

/// The membership requests of the permit's organization.
pub struct MembershipRequests<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's membership requests.
    pub fn membership_requests(&self) -> MembershipRequests<'_, DatabaseConnection> {
        MembershipRequests { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's membership requests.
    pub fn membership_requests(&self) -> MembershipRequests<'_, Transaction> {
        MembershipRequests { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> MembershipRequests<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(
        &self,
        id: MembershipRequestId,
    ) -> Result<Option<Versioned<MembershipRequest>>, StoreError> {
        let found = self.all().filter(Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// Whether somebody's request waits for an answer.
    pub async fn is_pending_of(&self, user: UserId, now: Time) -> Result<bool, StoreError> {
        Ok(self.pending(now).filter(Column::UserId.eq(user.uuid())).count(self.db).await? > 0)
    }

    /// How many wait for an answer.
    pub async fn count_pending(&self, now: Time) -> Result<u64, StoreError> {
        Ok(self.pending(now).count(self.db).await?)
    }

    /// How many somebody has made since a moment, however they ended.
    pub async fn made_since(&self, user: UserId, since: Time) -> Result<u64, StoreError> {
        let own = self.all().filter(Column::UserId.eq(user.uuid()));
        Ok(own.filter(Column::CreateTime.gt(since.micros())).count(self.db).await?)
    }

    /// A page of them, the newest first unless another order was asked for. `now` decides which are expired.
    pub async fn list(
        &self,
        request: &PageRequest,
        now: Time,
    ) -> Result<Page<Versioned<MembershipRequest>>, StoreError> {
        at(now, fetch(self.db, self.all(), &request.newest_first())).await?.try_map(versioned)
    }

    fn pending(&self, now: Time) -> Select<row::Entity> {
        self.all().filter(Column::Ended.is_null()).filter(Column::ExpireTime.gt(now.micros()))
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid()))
    }
}

fn versioned(row: row::Model) -> Result<Versioned<MembershipRequest>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

impl Store {
    /// A request wherever it is: for whoever made it, and for the letter about it.
    pub async fn membership_request_by_id(
        &self,
        id: MembershipRequestId,
    ) -> Result<Option<Versioned<MembershipRequest>>, StoreError> {
        let found = row::Entity::find_by_id(id.uuid()).one(&self.connections.read).await?;
        found.map(versioned).transpose()
    }

    /// What somebody has asked for, anywhere, newest first, at most 1000.
    pub async fn membership_requests_of(
        &self,
        user: UserId,
    ) -> Result<Vec<Versioned<MembershipRequest>>, StoreError> {
        let rows = row::Entity::find()
            .filter(Column::UserId.eq(user.uuid()))
            .order_by_desc(Column::CreateTime)
            .order_by_desc(Column::Id)
            .limit(1000)
            .all(&self.connections.read)
            .await?;
        rows.into_iter().map(versioned).collect()
    }
}
