//! Who holds roles on workspaces.

use std::collections::HashMap;

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::roles::{ResourceRef, RoleAssignment};
use polity_domain::time::Time;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
};

use super::Workspaces;
use crate::StoreError;
use crate::convert::unsigned;
use crate::members::row as member;
use crate::role_assignments::row::{self as assignment, Column};

/// How many work in one workspace.
#[derive(FromQueryResult)]
struct Counted {
    resource_id: String,
    people: i64,
}

impl<C: ConnectionTrait> Workspaces<'_, C> {
    /// How many people hold a role on each of these workspaces, in one statement. Those that are not named
    /// in the answer have none. Roles that have ended by `now` do not count.
    pub async fn count_users(
        &self,
        workspaces: &[WorkspaceId],
        now: Time,
    ) -> Result<HashMap<WorkspaceId, u64>, StoreError> {
        let ids = workspaces.iter().map(ToString::to_string);
        let counted = assignment::Entity::find()
            .select_only()
            .column(Column::ResourceId)
            .column_as(Expr::col(Column::PrincipalId).count_distinct(), "people")
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .filter(on_workspaces())
            .filter(Column::ResourceId.is_in(ids))
            .filter(Column::PrincipalKind.eq("user"))
            .filter(Column::ExpireTime.is_null().or(Column::ExpireTime.gt(now.micros())))
            .group_by(Column::ResourceId)
            .into_model::<Counted>()
            .all(self.db)
            .await?;
        let mut counts = HashMap::new();
        for row in counted {
            let id = row.resource_id.parse().map_err(StoreError::corrupt)?;
            counts.insert(id, unsigned(row.people)?);
        }
        Ok(counts)
    }

    /// Every assignment of a role on one workspace, the oldest first, at most `limit`.
    pub async fn role_assignments(
        &self,
        workspace: WorkspaceId,
        limit: u64,
    ) -> Result<Vec<RoleAssignment>, StoreError> {
        let rows = assignment::Entity::find()
            .filter(Column::OrganizationId.eq(self.organization.uuid()))
            .filter(on_workspaces())
            .filter(Column::ResourceId.eq(workspace.to_string()))
            .order_by_asc(Column::CreateTime)
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(self.db)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}

/// Roles that are held on a workspace. Written as the partial index has it, so that it is used.
pub(crate) fn on_workspaces() -> Expr {
    Expr::cust("role_assignments.resource_kind = 'workspace'")
}

/// The people who hold a role on one workspace.
pub(crate) fn people_on(organization: OrganizationId, resource: &ResourceRef, now: Time) -> SelectStatement {
    let column = |column| Expr::col((assignment::Entity, column));
    Query::select()
        .column((assignment::Entity, Column::PrincipalId))
        .from(assignment::Entity)
        .and_where(column(Column::OrganizationId).eq(organization.uuid()))
        .and_where(column(Column::PrincipalKind).eq("user"))
        .and_where(on_workspaces())
        .and_where(column(Column::ResourceId).eq(resource.id.as_str()))
        .and_where(column(Column::ExpireTime).is_null().or(column(Column::ExpireTime).gt(now.micros())))
        .to_owned()
}

/// Whether a member is one of these people: for a condition on members.
pub(crate) fn is_on(mut people: SelectStatement) -> SelectStatement {
    let person = Expr::col((assignment::Entity, Column::PrincipalId));
    people.and_where(person.equals((member::Entity, member::Column::UserId))).to_owned()
}
