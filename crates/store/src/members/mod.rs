//! Members and offers of ownership: rows and lists.

mod addresses;
mod apply;
mod listing;
pub(crate) mod row;
pub(crate) mod transfer_row;
mod transfers;

pub(crate) use addresses::addresses;
pub(crate) use apply::{add, change, follow};
pub use listing::{FIELDS, SORTABLE, USER_FIELDS, USER_SORTABLE};
pub use transfers::{OwnershipTransfers, TRANSFER_FIELDS, TRANSFER_SORTABLE};

use std::collections::HashMap;

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::members::Member;
use polity_domain::roles::ResourceRef;
use polity_domain::time::Time;
use polity_domain::users::User;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, JoinType, PaginatorTrait, QueryFilter,
    QuerySelect, Related, RelationDef,
};

use crate::identity::rows::user;
use crate::listing::{Page, PageRequest, at, fetch_sorting};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// So many people of a workspace are few: they are all found, and sorted.
const FEW: u64 = 1_000;

/// A member with the person they are, and the revision of the membership's last change.
pub type MemberWithUser = (Member, User, i64);

/// The members of the permit's organization.
pub struct Members<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's members.
    pub fn members(&self) -> Members<'_, DatabaseConnection> {
        Members { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's members.
    pub fn members(&self) -> Members<'_, Transaction> {
        Members { db: &self.tx, organization: self.organization() }
    }
}

impl Related<user::Entity> for row::Entity {
    fn to() -> RelationDef {
        Self::belongs_to(user::Entity).from(row::Column::UserId).to(user::Column::Id).into()
    }
}

impl<C: ConnectionTrait> Members<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, user: UserId) -> Result<Option<Versioned<Member>>, StoreError> {
        let found = self.one(user).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// One of them, with the person.
    pub async fn get_with_user(&self, user: UserId) -> Result<Option<MemberWithUser>, StoreError> {
        let found = self.one(user).find_also_related(user::Entity).one(self.db).await?;
        let Some((row, person)) = found else { return Ok(None) };
        let person = person.ok_or_else(|| StoreError::corrupt("a member without a user"))?;
        let (member, revision) = versioned(row)?;
        Ok(Some((member, person.try_into()?, revision)))
    }

    /// Whether somebody is one of them, also when their membership has expired.
    pub async fn exists(&self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.one(user).count(self.db).await? > 0)
    }

    /// How many there are, also those whose membership has expired.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(self.all().count(self.db).await?)
    }

    /// A page of them with the persons they are, in two statements; the newest first unless another
    /// order was asked for. `now` decides which roles count.
    pub async fn list(&self, request: &PageRequest, now: Time) -> Result<Page<MemberWithUser>, StoreError> {
        self.page(self.all(), request, false, now).await
    }

    async fn page(
        &self,
        mut select: sea_orm::Select<row::Entity>,
        request: &PageRequest,
        few: bool,
        now: Time,
    ) -> Result<Page<MemberWithUser>, StoreError> {
        let request = &request.newest_first();
        if request.filter.is_some() {
            select = select.join(JoinType::InnerJoin, row::Entity::belongs_to_user());
        }
        let page = at(now, fetch_sorting(self.db, select, request, few)).await?;
        let mut users = self.users(page.items.iter().map(|row| row.user_id)).await?;
        page.try_map(|row| {
            let person =
                users.remove(&row.user_id).ok_or_else(|| StoreError::corrupt("a member without a user"))?;
            let (member, revision) = versioned(row)?;
            Ok((member, person, revision))
        })
    }

    /// A page of those who hold a role on a workspace, as [`Members::list`] gives them.
    pub async fn list_on(
        &self,
        workspace: &ResourceRef,
        request: &PageRequest,
        now: Time,
    ) -> Result<Page<MemberWithUser>, StoreError> {
        let people = crate::workspaces::people_on(self.organization, workspace, now);
        let some = people.clone().limit(FEW + 1).to_owned();
        let few = self.db.query_all(&some).await?.len() as u64 <= FEW;
        let select = if few {
            self.all().filter(row::Column::UserId.in_subquery(people))
        } else {
            self.all().filter(Expr::exists(crate::workspaces::is_on(people)))
        };
        self.page(select, request, few, now).await
    }

    async fn users(
        &self,
        ids: impl Iterator<Item = uuid::Uuid>,
    ) -> Result<HashMap<uuid::Uuid, User>, StoreError> {
        let rows = user::Entity::find().filter(user::Column::Id.is_in(ids)).all(self.db).await?;
        rows.into_iter().map(|row| Ok((row.id, row.try_into()?))).collect()
    }

    fn all(&self) -> sea_orm::Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }

    fn one(&self, user: UserId) -> sea_orm::Select<row::Entity> {
        self.all().filter(row::Column::UserId.eq(user.uuid()))
    }
}

impl row::Entity {
    fn belongs_to_user() -> RelationDef {
        <Self as Related<user::Entity>>::to()
    }
}

fn versioned(row: row::Model) -> Result<Versioned<Member>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
