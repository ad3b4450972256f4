//! A tag's row.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::listing::fold;
use polity_domain::tags::Tag;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `tags`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tags")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case: unique in the organization.
    pub title_folded: String,
    pub color: Option<String>,
    pub description: String,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(tag: &Tag, revision: u64) -> Self {
        Self {
            id: tag.id.uuid(),
            organization_id: tag.organization_id.uuid(),
            title: tag.title.clone(),
            title_folded: fold(&tag.title),
            color: tag.color.clone(),
            description: tag.description.clone(),
            create_time: tag.create_time.micros(),
            update_time: tag.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Tag {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: TagId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            color: row.color,
            description: row.description,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
