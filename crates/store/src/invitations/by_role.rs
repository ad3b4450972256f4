//! The invitations that offer a role: what must change before the role can go.

use polity_domain::ids::RoleId;
use polity_domain::invitations::Invitation;
use polity_domain::time::Time;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::{Invitations, row};
use crate::StoreError;
use crate::organizations::paths;

impl<C: ConnectionTrait> Invitations<'_, C> {
    /// The pending ones that offer a role, in the organization and everywhere below it, the oldest first.
    pub async fn pending_with_role(&self, role: RoleId, now: Time) -> Result<Vec<Invitation>, StoreError> {
        let rows = row::Entity::find()
            .filter(row::Column::OrganizationId.in_subquery(paths::below(self.organization)))
            .filter(row::Column::Ended.is_null())
            .filter(row::Column::ExpireTime.gt(now.micros()))
            // Roles are a JSON list of ids; an id holds no character that JSON or LIKE writes otherwise.
            .filter(row::Column::Roles.contains(role.to_string()))
            .order_by_asc(row::Column::CreateTime)
            .order_by_asc(row::Column::Id)
            .all(self.db)
            .await?;
        rows.into_iter().map(TryInto::try_into).collect()
    }
}
