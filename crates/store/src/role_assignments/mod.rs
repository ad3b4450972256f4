//! Role assignments: rows and lists.

mod listing;
pub(crate) mod row;

pub(crate) use listing::part;
pub use listing::{FIELDS, SORTABLE};

use std::collections::HashMap;

use polity_domain::ids::{OrganizationId, RoleAssignmentId, RoleId, UserId};
use polity_domain::roles::{Principal, ResourceRef, RoleAssignment};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    Select,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::{Versioned, paths};
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The role assignments of the permit's organization.
pub struct RoleAssignments<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The organization's role assignments.
    pub fn role_assignments(&self) -> RoleAssignments<'_, DatabaseConnection> {
        RoleAssignments { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The organization's role assignments.
    pub fn role_assignments(&self) -> RoleAssignments<'_, Transaction> {
        RoleAssignments { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> RoleAssignments<'_, C> {
    /// One of them, with the revision of its last change.
    pub async fn get(&self, id: RoleAssignmentId) -> Result<Option<Versioned<RoleAssignment>>, StoreError> {
        let found = self.all().filter(row::Column::Id.eq(id.uuid())).one(self.db).await?;
        found.map(versioned).transpose()
    }

    /// The one by which a principal holds a role on a resource, or on the whole organization.
    pub async fn find(
        &self,
        principal: &Principal,
        role: RoleId,
        resource: Option<&ResourceRef>,
    ) -> Result<Option<Versioned<RoleAssignment>>, StoreError> {
        let (kind, id) = resource.map_or(("", ""), |resource| (&resource.kind, &resource.id));
        let found = self
            .held_by(principal)
            .filter(row::Column::RoleId.eq(role.uuid()))
            .filter(row::Column::ResourceKind.eq(kind))
            .filter(row::Column::ResourceId.eq(id))
            .one(self.db)
            .await?;
        found.map(versioned).transpose()
    }

    /// The one by which whoever holds `assignment`, in the organization or below it, holds `role` in
    /// the same way.
    pub async fn find_like(
        &self,
        assignment: &RoleAssignment,
        role: RoleId,
    ) -> Result<Option<RoleAssignment>, StoreError> {
        let resource = assignment.resource.as_ref();
        let (kind, id) = resource.map_or(("", ""), |resource| (&resource.kind, &resource.id));
        let found = self
            .below_by_role(role)
            .filter(row::Column::OrganizationId.eq(assignment.organization_id.uuid()))
            .filter(row::Column::PrincipalKind.eq(assignment.principal.kind()))
            .filter(row::Column::PrincipalId.eq(assignment.principal.uuid()))
            .filter(row::Column::ResourceKind.eq(kind))
            .filter(row::Column::ResourceId.eq(id))
            .one(self.db)
            .await?;
        found.map(TryInto::try_into).transpose()
    }

    /// A page of them, the newest first unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<Versioned<RoleAssignment>>, StoreError> {
        fetch(self.db, self.all(), &request.newest_first()).await?.try_map(versioned)
    }

    /// All that one principal holds, the oldest first.
    pub async fn of_principal(
        &self,
        principal: &Principal,
    ) -> Result<Vec<Versioned<RoleAssignment>>, StoreError> {
        let rows = oldest_first(self.held_by(principal)).all(self.db).await?;
        rows.into_iter().map(versioned).collect()
    }

    /// What each of these people holds, the oldest first, in one statement. Who holds nothing is left
    /// out.
    pub async fn of_members(
        &self,
        users: &[UserId],
    ) -> Result<HashMap<UserId, Vec<RoleAssignment>>, StoreError> {
        let held = self
            .all()
            .filter(row::Column::PrincipalKind.eq("user"))
            .filter(row::Column::PrincipalId.is_in(users.iter().map(|user| user.uuid())));
        let mut by_user: HashMap<UserId, Vec<RoleAssignment>> = HashMap::new();
        for row in oldest_first(held).all(self.db).await? {
            by_user.entry(UserId::from_uuid(row.principal_id)).or_default().push(row.try_into()?);
        }
        Ok(by_user)
    }

    /// A page of those by which a role is held in the organization, the newest first unless another
    /// order was asked for.
    pub async fn by_role(
        &self,
        role: RoleId,
        request: &PageRequest,
    ) -> Result<Page<Versioned<RoleAssignment>>, StoreError> {
        let held = self.all().filter(row::Column::RoleId.eq(role.uuid()));
        fetch(self.db, held, &request.newest_first()).await?.try_map(versioned)
    }

    /// All by which a role is held in the organization and everywhere below it, the oldest first.
    pub async fn all_by_role(&self, role: RoleId) -> Result<Vec<RoleAssignment>, StoreError> {
        let rows = oldest_first(self.below_by_role(role)).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// All by which roles are held on a resource of an application, the oldest first.
    pub async fn on_resource(&self, resource: &ResourceRef) -> Result<Vec<RoleAssignment>, StoreError> {
        let held = self
            .all()
            // Written as the partial index has it, so that it is used.
            .filter(Expr::cust("role_assignments.resource_kind NOT IN ('', 'workspace')"))
            .filter(row::Column::ResourceKind.eq(&resource.kind))
            .filter(row::Column::ResourceId.eq(&resource.id));
        let rows = oldest_first(held).all(self.db).await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }

    /// How often a role is held in the organization and everywhere below it.
    pub async fn count_by_role(&self, role: RoleId) -> Result<u64, StoreError> {
        Ok(self.below_by_role(role).count(self.db).await?)
    }

    /// How many of them depend on a condition.
    pub async fn count_conditional(&self) -> Result<u64, StoreError> {
        let conditional = self.all().filter(row::Column::ConditionExpression.is_not_null());
        Ok(conditional.count(self.db).await?)
    }

    fn all(&self) -> Select<row::Entity> {
        row::Entity::find().filter(row::Column::OrganizationId.eq(self.organization.uuid()))
    }

    fn held_by(&self, principal: &Principal) -> Select<row::Entity> {
        self.all()
            .filter(row::Column::PrincipalKind.eq(principal.kind()))
            .filter(row::Column::PrincipalId.eq(principal.uuid()))
    }

    fn below_by_role(&self, role: RoleId) -> Select<row::Entity> {
        let below = Query::select()
            .column(paths::Column::DescendantId)
            .from(paths::Entity)
            .and_where(paths::Column::AncestorId.eq(self.organization.uuid()))
            .to_owned();
        row::Entity::find()
            .filter(row::Column::RoleId.eq(role.uuid()))
            .filter(row::Column::OrganizationId.in_subquery(below))
    }
}

fn oldest_first(select: Select<row::Entity>) -> Select<row::Entity> {
    select.order_by_asc(row::Column::CreateTime).order_by_asc(row::Column::Id)
}

fn versioned(row: row::Model) -> Result<Versioned<RoleAssignment>, StoreError> {
    let revision = row.revision;
    Ok((row.try_into()?, revision))
}
