//! What may turn out to be broader than its use: what an organization itself has given, the oldest first.

use polity_domain::api_keys::ApiKey;
use polity_domain::roles::{Role, RoleAssignment};
use polity_domain::time::Time;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

use super::Used;
use crate::{StoreError, api_keys, role_assignments, roles};

/// A place among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// When the one there was made.
    pub time: Time,
    /// Its id.
    pub id: Uuid,
}

impl Used<'_> {
    /// Role assignments that were made at `made_by` at the latest and have not ended, at most `limit` of those behind
    /// a place.
    pub async fn assignments(
        &self,
        made_by: Time,
        now: Time,
        after: Option<Place>,
        limit: u64,
    ) -> Result<Vec<RoleAssignment>, StoreError> {
        use role_assignments::row::{Column, Entity};
        let live =
            Condition::any().add(Column::ExpireTime.is_null()).add(Column::ExpireTime.gt(now.micros()));
        let own = Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid())).filter(live);
        let rows = next(own, (Column::CreateTime, Column::Id), made_by, after, limit).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// API keys that were made by then and can be used.
    pub async fn keys(
        &self,
        made_by: Time,
        now: Time,
        after: Option<Place>,
        limit: u64,
    ) -> Result<Vec<ApiKey>, StoreError> {
        use api_keys::row::{Column, Entity};
        let live =
            Condition::any().add(Column::ExpireTime.is_null()).add(Column::ExpireTime.gt(now.micros()));
        let own = Entity::find()
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .filter(Column::RevokeTime.is_null())
            .filter(live);
        let rows = next(own, (Column::CreateTime, Column::Id), made_by, after, limit).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// Custom roles that were made by then.
    pub async fn roles(
        &self,
        made_by: Time,
        after: Option<Place>,
        limit: u64,
    ) -> Result<Vec<Role>, StoreError> {
        use roles::row::{Column, Entity};
        let own = Entity::find().filter(Column::OrganizationId.eq(self.organization.uuid()));
        let rows = next(own, (Column::CreateTime, Column::Id), made_by, after, limit).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

fn next<E: EntityTrait>(
    select: Select<E>,
    (time, id): (E::Column, E::Column),
    made_by: Time,
    after: Option<Place>,
    limit: u64,
) -> Select<E> {
    let select = select.filter(time.lte(made_by.micros()));
    let select = match after {
        Some(place) => {
            let here = Expr::tuple([Expr::col(time.as_column_ref()), Expr::col(id.as_column_ref())]);
            select.filter(here.gt(Expr::tuple([Expr::val(place.time.micros()), Expr::val(place.id)])))
        }
        None => select,
    };
    select.order_by_asc(time).order_by_asc(id).limit(limit)
}
