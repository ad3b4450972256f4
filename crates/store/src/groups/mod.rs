//! Groups and who is in them: rows and lists.

mod listing;
pub(crate) mod member_row;
pub(crate) mod row;

pub use listing::{FIELDS, MEMBER_FIELDS, MEMBER_SORTABLE, SORTABLE};

use polity_domain::groups::{Group, GroupMember};
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::roles::Principal;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, Select,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::Versioned;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The groups of the permit's organization.
pub struct GroupRows<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's groups.
    pub fn groups(&self) -> GroupRows<'_, DatabaseConnection> {
        GroupRows { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's groups.
    pub fn groups(&self) -> GroupRows<'_, Transaction> {
        GroupRows { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> GroupRows<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: GroupId) -> Result<Option<Versioned<Group>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<Versioned<Group>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    /// How many there are.
    pub async fn count(&self) -> Result<u64, StoreError> {
        Ok(self.all().count(self.db).await?)
    }

    /// That somebody is directly in a group, with the revision since which they are.
    pub async fn member(
        &self,
        group: GroupId,
        member: &Principal,
    ) -> Result<Option<Versioned<GroupMember>>, StoreError> {
        let found =
            self.having(member).filter(member_row::Column::GroupId.eq(group.uuid())).one(self.db).await?;
        found.map(versioned_member).transpose()
    }

    /// A page of those who are directly in one of `groups`, each once, the latest first unless another
    /// order was asked for.
    pub async fn members_of(
        &self,
        groups: &[GroupId],
        request: &PageRequest,
    ) -> Result<Page<Versioned<GroupMember>>, StoreError> {
        let mut select = self.inside(groups);
        if groups.len() > 1 {
            let other = |column| Expr::col((Alias::new("other"), column));
            let same = |column| Expr::col((member_row::Entity, column));
            // Of somebody who is in several of them, the row of the first counts.
            let earlier = Query::select()
                .expr(Expr::val(1))
                .from_as(member_row::Entity, Alias::new("other"))
                .and_where(
                    other(member_row::Column::OrganizationId)
                        .equals((member_row::Entity, member_row::Column::OrganizationId)),
                )
                .and_where(
                    other(member_row::Column::MemberId)
                        .equals((member_row::Entity, member_row::Column::MemberId)),
                )
                .and_where(other(member_row::Column::GroupId).is_in(groups.iter().map(|id| id.uuid())))
                .and_where(other(member_row::Column::GroupId).lt(same(member_row::Column::GroupId)))
                .to_owned();
            select = select.filter(Condition::all().add(Expr::exists(earlier).not()));
        }
        fetch(self.db, select, &request.newest_first()).await?.try_map(versioned_member)
    }

    /// Everybody who is directly in a group, the earliest first.
    pub async fn all_members(&self, group: GroupId) -> Result<Vec<GroupMember>, StoreError> {
        let rows = oldest_first(self.inside(&[group])).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Where somebody, or another group, is directly in, the earliest first.
    pub async fn places_of(&self, member: &Principal) -> Result<Vec<GroupMember>, StoreError> {
        let rows = oldest_first(self.having(member)).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }

    fn all_inside(&self) -> Select<member_row::Entity> {
        member_row::Entity::find().filter(member_row::Column::OrganizationId.eq(self.organization.uuid()))
    }

    fn inside(&self, groups: &[GroupId]) -> Select<member_row::Entity> {
        self.all_inside().filter(member_row::Column::GroupId.is_in(groups.iter().map(|id| id.uuid())))
    }

    fn having(&self, member: &Principal) -> Select<member_row::Entity> {
        self.all_inside()
            .filter(member_row::Column::MemberKind.eq(member.kind()))
            .filter(member_row::Column::MemberId.eq(member.uuid()))
    }
}

fn oldest_first(select: Select<member_row::Entity>) -> Select<member_row::Entity> {
    select
        .order_by_asc(member_row::Column::CreateTime)
        .order_by_asc(member_row::Column::GroupId)
        .order_by_asc(member_row::Column::MemberId)
}

/// Whoever is gone is in no group.
pub(crate) async fn take_out<C: ConnectionTrait>(
    db: &C,
    organization: OrganizationId,
    member: &Principal,
) -> Result<(), StoreError> {
    member_row::Entity::delete_many()
        .filter(member_row::Column::OrganizationId.eq(organization.uuid()))
        .filter(member_row::Column::MemberKind.eq(member.kind()))
        .filter(member_row::Column::MemberId.eq(member.uuid()))
        .exec(db)
        .await?;
    Ok(())
}

fn versioned(row: row::Model) -> Result<Versioned<Group>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}

fn versioned_member(row: member_row::Model) -> Result<Versioned<GroupMember>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
