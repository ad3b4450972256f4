//! Invite links and who joined by them: rows and lists.

mod listing;
pub(crate) mod row;
pub(crate) mod use_row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::{InviteLinkId, OrganizationId, RoleId, UserId};
use polity_domain::invite_links::InviteLink;
use polity_domain::time::Time;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    Select,
};

use self::row::Column;
use crate::listing::{Page, PageRequest, at, fetch};
use crate::organizations::{Versioned, paths};
use crate::unit::Transaction;
use crate::{Reader, Store, StoreError, Writer};

/// The invite links of the permit's organization.
pub struct InviteLinks<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's invite links.
    pub fn invite_links(&self) -> InviteLinks<'_, DatabaseConnection> {
        InviteLinks { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's invite links.
    pub fn invite_links(&self) -> InviteLinks<'_, Transaction> {
        InviteLinks { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> InviteLinks<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: InviteLinkId) -> Result<Option<Versioned<InviteLink>>, StoreError> {
        let found = self.all().filter(Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// How many of them can be used.
    pub async fn count_active(&self, now: Time) -> Result<u64, StoreError> {
        Ok(self.all().filter(active(now)).count(self.db).await?)
    }

    /// Whether somebody has joined by one of them, also when they are no member any more.
    pub async fn was_used_by(&self, id: InviteLinkId, user: UserId) -> Result<bool, StoreError> {
        let found = use_row::Entity::find_by_id((id.uuid(), user.uuid()))
            .filter(use_row::Column::OrganizationId.eq(self.organization.uuid()));
        Ok(found.count(self.db).await? > 0)
    }

    /// Those that can be used and offer a role, in the organization and everywhere below it, the oldest first.
    pub async fn active_with_role(&self, role: RoleId, now: Time) -> Result<Vec<InviteLink>, StoreError> {
        let rows = row::Entity::find()
            .filter(Column::OrganizationId.in_subquery(paths::below(self.organization)))
            .filter(active(now))
            // Roles are a JSON list of ids; an id holds no character that JSON or LIKE writes otherwise.
            .filter(Column::Roles.contains(role.to_string()))
            .order_by_asc(Column::CreateTime)
            .order_by_asc(Column::Id)
            .all(self.db)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// A page of them, the newest first unless another order was asked for. `now` decides which are expired.
    pub async fn list(
        &self,
        request: &PageRequest,
        now: Time,
    ) -> Result<Page<Versioned<InviteLink>>, StoreError> {
        at(now, fetch(self.db, self.all(), &request.newest_first())).await?.try_map(versioned)
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid()))
    }
}

/// What can be used.
fn active(now: Time) -> Condition {
    Condition::all()
        .add(Column::Revoked.eq(false))
        .add(Expr::col(Column::Uses).lt(Expr::col(Column::MaxUses)))
        .add(Column::ExpireTime.gt(now.micros()))
}

fn versioned(row: row::Model) -> Result<Versioned<InviteLink>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

impl Store {
    /// The link that a token names, wherever it is: for whoever holds its secret.
    pub async fn invite_link_by_id(&self, id: InviteLinkId) -> Result<Option<InviteLink>, StoreError> {
        let found = row::Entity::find_by_id(id.uuid()).one(&self.connections.read).await?;
        found.map(TryInto::try_into).transpose()
    }
}
