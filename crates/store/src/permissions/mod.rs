//! Registered permissions: rows and lists.

mod listing;
pub(crate) mod row;

pub use listing::{FIELDS, SORTABLE};

use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::permissions::RegisteredPermission;
use sea_orm::sea_query::{OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IntoActiveModel,
    QueryFilter, Select, Statement,
};

use crate::listing::{Page, PageRequest, fetch};
use crate::organizations::row as organization;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The permissions registered in the tree that the permit's organization stands in.
pub struct Permissions<'a, C> {
    db: &'a C,
    organization: OrganizationId,
}

impl Reader {
    /// The permissions registered in the organization's tree.
    pub fn permissions(&self) -> Permissions<'_, DatabaseConnection> {
        Permissions { db: &self.db, organization: self.organization() }
    }
}

impl Writer {
    /// The permissions registered in the organization's tree.
    pub fn permissions(&self) -> Permissions<'_, Transaction> {
        Permissions { db: &self.tx, organization: self.organization() }
    }
}

impl<C: ConnectionTrait> Permissions<'_, C> {
    /// One of them by its name.
    pub async fn get(&self, name: &str) -> Result<Option<RegisteredPermission>, StoreError> {
        let found = self.all().filter(row::Column::Name.eq(name)).one(self.db).await?;
        found.map(TryInto::try_into).transpose()
    }

    /// A page of them, by name unless another order was asked for.
    pub async fn list(&self, request: &PageRequest) -> Result<Page<RegisteredPermission>, StoreError> {
        fetch(self.db, self.all(), request).await?.try_map(TryInto::try_into)
    }

    fn all(&self) -> Select<row::Entity> {
        let tree = Query::select()
            .column(organization::Column::TreeId)
            .from(organization::Entity)
            .and_where(organization::Column::Id.eq(self.organization.uuid()))
            .to_owned();
        row::Entity::find().filter(row::Column::TreeId.in_subquery(tree))
    }
}

/// Registers a permission, or describes it anew; its position stays.
pub(crate) async fn put<C: ConnectionTrait>(
    db: &C,
    permission: &RegisteredPermission,
    tree: TreeId,
    position: i64,
) -> Result<(), StoreError> {
    let row = row::Model::write(permission, tree, position).into_active_model().reset_all();
    let again = OnConflict::columns([row::Column::TreeId, row::Column::Name])
        .update_columns([row::Column::Description, row::Column::Danger, row::Column::Deprecated])
        .to_owned();
    row::Entity::insert(row).on_conflict(again).exec_without_returning(db).await?;
    Ok(())
}

/// Takes the permissions that `top` and the organizations below it registered along into another tree. A
/// name that is known there keeps its meaning there, so theirs goes.
pub(crate) async fn take_along<C: ConnectionTrait>(
    db: &C,
    top: OrganizationId,
    tree: TreeId,
    position: i64,
) -> Result<(), StoreError> {
    let run = |sql, values: Vec<sea_orm::Value>| {
        db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values))
    };
    let known = "DELETE FROM permissions WHERE organization_id IN \
        (SELECT descendant_id FROM organization_paths WHERE ancestor_id = $1) AND tree_id <> $2 \
        AND name IN (SELECT name FROM permissions WHERE tree_id = $3)";
    run(known, vec![top.uuid().into(), tree.uuid().into(), tree.uuid().into()]).await?;
    let new = "UPDATE permissions SET tree_id = $1, position = $2 WHERE organization_id IN \
        (SELECT descendant_id FROM organization_paths WHERE ancestor_id = $3)";
    run(new, vec![tree.uuid().into(), position.into(), top.uuid().into()]).await?;
    Ok(())
}
