//! A group's row.

use polity_domain::groups::{Group, GroupSource};
use polity_domain::ids::{GroupId, OrganizationId};
use polity_domain::listing::fold;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `groups`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "groups")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    pub external_id: Option<String>,
    pub description: String,
    pub source: String,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(group: &Group, revision: u64) -> Self {
        Self {
            id: group.id.uuid(),
            organization_id: group.organization_id.uuid(),
            title: group.title.clone(),
            title_folded: fold(&group.title),
            external_id: group.external_id.clone(),
            description: group.description.clone(),
            source: group.source.as_str().to_owned(),
            create_time: group.create_time.micros(),
            update_time: group.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Group {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let source = GroupSource::ALL.into_iter().find(|source| source.as_str() == row.source);
        Ok(Self {
            id: GroupId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            external_id: row.external_id,
            description: row.description,
            source: source.ok_or_else(|| StoreError::corrupt(format!("group source {}", row.source)))?,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
