//! What stands on the line from an organization upwards, in one statement.

use polity_domain::ids::OrganizationId;
use sea_orm::{ConnectionTrait, FromQueryResult, Statement};

use crate::StoreError;

/// The rows of a table with one row for each organization, of an organization and all above it: the nearest
/// first and the root last, which is above all tenants without an edge. An organization without a row has
/// nulls. `condition` goes on about the row, `s`, of the organization `o`. `columns` are the table's, the first without its `s.`.
pub(crate) async fn upwards<M: FromQueryResult, C: ConnectionTrait>(
    db: &C,
    table: &'static str,
    columns: &'static str,
    condition: &'static str,
    organization: OrganizationId,
) -> Result<Vec<M>, StoreError> {
    let sql = format!(
        "SELECT o.id, o.inherits_settings, p.depth, s.{columns} FROM organization_paths p \
            JOIN organizations o ON o.id = p.ancestor_id LEFT JOIN {table} s ON s.organization_id = o.id \
            {condition} WHERE p.descendant_id = $1 \
         UNION ALL SELECT o.id, o.inherits_settings, 1000000 AS depth, s.{columns} FROM organizations o \
            LEFT JOIN {table} s ON s.organization_id = o.id {condition} WHERE o.id = $2 AND o.id <> $3 ORDER BY depth"
    );
    let (own, root) = (organization.uuid(), OrganizationId::ROOT.uuid());
    let values = [own.into(), root.into(), own.into()];
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, values);
    Ok(M::find_by_statement(statement).all(db).await?)
}
