//! What a caller may see of all organizations: a part of every list of them.

use std::collections::HashMap;

use polity_domain::ids::{OrganizationId, TreeId, UserId};
use polity_domain::organizations::Organization;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, EntityTrait, FromQueryResult, QueryFilter, Select, Statement};

use super::{Versioned, paths, row, versioned};
use crate::listing::{Page, PageRequest, fetch};
use crate::{Store, StoreError};

/// What a caller may see, as the decisions gave it.
#[derive(Debug, Clone, Default)]
pub struct Sight {
    /// These organizations themselves.
    pub anchors: Vec<OrganizationId>,
    /// These organizations and, by edges that inherit roles, all below them.
    pub below: Vec<OrganizationId>,
    /// Deleted ones as well.
    pub deleted: bool,
}

impl Sight {
    /// Only what may be seen.
    pub(super) fn limit(&self, select: Select<row::Entity>) -> Select<row::Entity> {
        let select = select.filter(row::Column::Id.in_subquery(self.seen()));
        if self.deleted { select } else { select.filter(row::Column::State.ne("DELETED")) }
    }

    fn seen(&self) -> SelectStatement {
        let among = |ids: &[OrganizationId]| {
            Expr::col(paths::Column::AncestorId).is_in(ids.iter().map(|id| id.uuid()))
        };
        let itself = Condition::all().add(among(&self.anchors)).add(Expr::col(paths::Column::Depth).eq(0));
        let reached =
            Condition::all().add(among(&self.below)).add(Expr::col(paths::Column::InheritsRoles).eq(true));
        Query::select()
            .column(paths::Column::DescendantId)
            .from(paths::Entity)
            .cond_where(Condition::any().add(itself).add(reached))
            .to_owned()
    }
}

/// A membership with the tree it stands in.
#[derive(FromQueryResult)]
struct Place {
    organization_id: uuid::Uuid,
    tree_id: uuid::Uuid,
}

impl Store {
    /// The organizations of which somebody is a member, by tree; also where the membership has expired.
    pub async fn memberships_of(
        &self,
        user: UserId,
    ) -> Result<HashMap<TreeId, Vec<OrganizationId>>, StoreError> {
        let sql = "SELECT m.organization_id, o.tree_id FROM members m \
            JOIN organizations o ON o.id = m.organization_id WHERE m.user_id = $1 AND o.tree_id IS NOT NULL";
        let db = &self.connections.read;
        let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [user.uuid().into()]);
        let mut by_tree: HashMap<TreeId, Vec<OrganizationId>> = HashMap::new();
        for place in Place::find_by_statement(statement).all(db).await? {
            let organization = OrganizationId::from_uuid(place.organization_id);
            by_tree.entry(TreeId::from_uuid(place.tree_id)).or_default().push(organization);
        }
        Ok(by_tree)
    }

    /// The organizations that may be seen, wherever they stand.
    pub async fn visible_organizations(
        &self,
        sight: &Sight,
        request: &PageRequest,
    ) -> Result<Page<Versioned<Organization>>, StoreError> {
        let select = sight.limit(row::Entity::find());
        versioned(fetch(&self.connections.read, select, &request.newest_first()).await?)
    }
}
