//! Every organization with its ancestors: what makes "below" and "above" one indexed question.

use polity_domain::ids::OrganizationId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{ExprTrait, Query, SelectStatement};
use sea_orm::{ConnectionTrait, Statement};

use crate::StoreError;
use crate::unit::Transaction;

/// The table `organization_paths`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "organization_paths")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub ancestor_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub descendant_id: Uuid,
    pub depth: i32,
    /// Roles reach from the ancestor all the way down.
    pub inherits_roles: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An organization and everything below it, as a question inside of another.
pub(crate) fn below(organization: OrganizationId) -> SelectStatement {
    Query::select()
        .column(Column::DescendantId)
        .from(Entity)
        .and_where(Column::AncestorId.eq(organization.uuid()))
        .to_owned()
}

async fn run<C: ConnectionTrait>(db: &C, sql: &str, values: Vec<Value>) -> Result<(), StoreError> {
    db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    Ok(())
}

/// Puts a new organization below its parent, if it has one.
pub(crate) async fn insert(
    db: &Transaction,
    id: Uuid,
    parent: Option<Uuid>,
    inherits_roles: bool,
) -> Result<(), StoreError> {
    let own = Model { ancestor_id: id, descendant_id: id, depth: 0, inherits_roles: true };
    db.insert(own).await?;
    let Some(parent) = parent else { return Ok(()) };
    let above = Query::select()
        .column(Column::AncestorId)
        .expr(Expr::val(id))
        .expr(Expr::col(Column::Depth).add(1))
        .expr(Expr::col(Column::InheritsRoles).and(inherits_roles))
        .from(Entity)
        .and_where(Column::DescendantId.eq(parent))
        .to_owned();
    let columns = [Column::AncestorId, Column::DescendantId, Column::Depth, Column::InheritsRoles];
    let mut line = Query::insert();
    line.into_table(Entity).columns(columns).select_from(above).map_err(StoreError::corrupt)?;
    db.put(&line).await
}

/// Hangs an organization with all below it under another parent (or none), with the edge's flag.
pub(crate) async fn replace<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    parent: Option<Uuid>,
    inherits_roles: bool,
) -> Result<(), StoreError> {
    let cut = "DELETE FROM organization_paths WHERE descendant_id IN \
        (SELECT descendant_id FROM organization_paths WHERE ancestor_id = $1) AND ancestor_id NOT IN \
        (SELECT descendant_id FROM organization_paths WHERE ancestor_id = $2)";
    run(db, cut, vec![id.into(), id.into()]).await?;
    let Some(parent) = parent else { return Ok(()) };
    let hang = "INSERT INTO organization_paths (ancestor_id, descendant_id, depth, inherits_roles) \
        SELECT above.ancestor_id, below.descendant_id, above.depth + below.depth + 1, \
               above.inherits_roles AND below.inherits_roles AND $1 \
        FROM organization_paths above CROSS JOIN organization_paths below \
        WHERE above.descendant_id = $2 AND below.ancestor_id = $3";
    run(db, hang, vec![inherits_roles.into(), parent.into(), id.into()]).await
}
