//! Registered permissions.

pub(crate) mod row;

use polity_domain::ids::TreeId;
use polity_domain::permissions::RegisteredPermission;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::StoreError;

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
