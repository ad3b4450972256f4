//! Forgetting the uses of those who are gone.

use polity_domain::access::Day;
use sea_orm::{ColumnTrait, EntityTrait, FromQueryResult, QueryFilter, Statement, Value};
use uuid::Uuid;

use super::row::{Column, Entity, read};
use crate::convert::signed;
use crate::{Store, StoreError};

/// Rows in their order, and whether whoever used something could still hold it there: a person who is a member there
/// or somewhere above, a key that was not revoked, a group or service account that is there.
const NEXT: &str = "SELECT u.principal_id, u.organization_id, u.sketch, CASE u.principal_kind \
    WHEN 'user' THEN EXISTS (SELECT 1 FROM organization_paths p JOIN members m \
        ON m.user_id = u.principal_id AND m.organization_id = p.ancestor_id WHERE p.descendant_id = u.organization_id) \
    WHEN 'api_key' THEN EXISTS (SELECT 1 FROM api_keys k WHERE k.id = u.principal_id AND k.revoke_time IS NULL) \
    WHEN 'group' THEN EXISTS (SELECT 1 FROM groups g WHERE g.id = u.principal_id) \
    ELSE EXISTS (SELECT 1 FROM service_accounts s WHERE s.id = u.principal_id) END AS stays \
    FROM permission_uses u WHERE (u.principal_id, u.organization_id) > ($1, $2) \
    ORDER BY u.principal_id, u.organization_id LIMIT $3";

#[derive(FromQueryResult)]
struct Found {
    principal_id: Uuid,
    organization_id: Uuid,
    sketch: Vec<u8>,
    stays: bool,
}

impl Store {
    /// Looks at the next `limit` rows behind a place, and forgets those of whoever is gone, and those in which nothing
    /// was used since `oldest`. How far it came; none at the end. It reads beside the writers and takes their turn
    /// only for what goes.
    pub async fn sweep_permission_uses(
        &self,
        after: (Uuid, Uuid),
        oldest: Day,
        limit: u64,
    ) -> Result<Option<(Uuid, Uuid)>, StoreError> {
        let db = &self.connections.read;
        let values: [Value; 3] = [after.0.into(), after.1.into(), signed(limit).into()];
        let next = Statement::from_sql_and_values(db.get_database_backend(), NEXT, values);
        let rows = Found::find_by_statement(next).all(db).await?;
        let place = rows.last().map(|row| (row.principal_id, row.organization_id));
        for row in rows {
            if row.stays && read(&row.sketch)?.latest().is_some_and(|day| day >= oldest) {
                continue;
            }
            // What was used meanwhile stays.
            Entity::delete_many()
                .filter(Column::PrincipalId.eq(row.principal_id))
                .filter(Column::OrganizationId.eq(row.organization_id))
                .filter(Column::Sketch.eq(row.sketch))
                .exec(&self.connections.write)
                .await?;
        }
        Ok(place)
    }
}
