//! What a tag is put on.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::tags::{TagResources, Tagged};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;

/// The table `tag_resources`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tag_resources")]
pub struct Model {
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_kind: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub resource_id: Uuid,
    pub create_time: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// A row for each resource.
    pub(crate) fn write(put: &TagResources) -> impl Iterator<Item = Self> {
        put.resources.iter().map(|resource| Self {
            organization_id: put.organization_id.uuid(),
            tag_id: put.tag_id.uuid(),
            resource_kind: resource.kind().to_owned(),
            resource_id: resource.uuid(),
            create_time: put.create_time.micros(),
        })
    }

    pub(crate) fn resource(&self) -> Result<Tagged, StoreError> {
        let resource = Tagged::from_parts(&self.resource_kind, self.resource_id);
        resource.ok_or_else(|| StoreError::corrupt(format!("tagged kind {}", self.resource_kind)))
    }
}

impl TryFrom<Model> for TagResources {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            tag_id: TagId::from_uuid(row.tag_id),
            resources: vec![row.resource()?],
            create_time: Time(row.create_time),
        })
    }
}
