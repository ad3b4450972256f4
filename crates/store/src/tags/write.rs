//! How events put tags on things and take them off.

use polity_domain::ids::OrganizationId;
use polity_domain::tags::{Tag, TagResources, Tagged};
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

use super::resource_row::{Column, Entity, Model};
use super::row;
use crate::StoreError;

/// Puts a tag on things.
pub(crate) async fn attach<C: ConnectionTrait>(db: &C, put: &TagResources) -> Result<(), StoreError> {
    let rows: Vec<_> = Model::write(put).map(|row| row.into_active_model().reset_all()).collect();
    for chunk in rows.chunks(500) {
        Entity::insert_many(chunk.to_vec()).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Takes a tag off things.
pub(crate) async fn detach<C: ConnectionTrait>(db: &C, put: &TagResources) -> Result<(), StoreError> {
    for kind in Tagged::KINDS {
        let of_kind = put.resources.iter().filter(|resource| resource.kind() == *kind);
        let ids: Vec<_> = of_kind.map(|resource| resource.uuid()).collect();
        if ids.is_empty() {
            continue;
        }
        Entity::delete_many()
            .filter(Column::OrganizationId.eq(put.organization_id.uuid()))
            .filter(Column::TagId.eq(put.tag_id.uuid()))
            .filter(Column::ResourceKind.eq(*kind))
            .filter(Column::ResourceId.is_in(ids))
            .exec(db)
            .await?;
    }
    Ok(())
}

/// Takes a tag off everything, and deletes it.
pub(crate) async fn delete<C: ConnectionTrait>(db: &C, tag: &Tag) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::TagId.eq(tag.id.uuid())).exec(db).await?;
    row::Entity::delete_by_id(tag.id.uuid()).exec(db).await?;
    Ok(())
}

/// Takes all of an organization's tags off something that is its no longer.
pub(crate) async fn forget<C: ConnectionTrait>(
    db: &C,
    organization: OrganizationId,
    resource: Tagged,
) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::OrganizationId.eq(organization.uuid()))
        .filter(Column::ResourceKind.eq(resource.kind()))
        .filter(Column::ResourceId.eq(resource.uuid()))
        .exec(db)
        .await?;
    Ok(())
}
