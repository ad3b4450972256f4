//! Every organization with its ancestors: what makes "below" and "above" one indexed question.

use polity_domain::ids::OrganizationId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{ConnectionTrait, Statement};

use crate::StoreError;

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
pub(crate) async fn insert<C: ConnectionTrait>(
    db: &C,
    id: Uuid,
    inherits_roles: bool,
) -> Result<(), StoreError> {
    let line = "INSERT INTO organization_paths (ancestor_id, descendant_id, depth, inherits_roles) \
        SELECT id, id, 0, TRUE FROM organizations WHERE id = $1 \
        UNION ALL SELECT p.ancestor_id, o.id, p.depth + 1, p.inherits_roles AND $2 \
        FROM organizations o JOIN organization_paths p ON p.descendant_id = o.parent_id WHERE o.id = $3";
    run(db, line, vec![id.into(), inherits_roles.into(), id.into()]).await
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
