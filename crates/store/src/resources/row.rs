//! A registered resource's row.

use polity_domain::ids::{OrganizationId, ResourceId};
use polity_domain::listing::fold;
use polity_domain::resources::Resource;
use polity_domain::roles::ResourceRef;
use polity_domain::time::Time;
use sea_orm::QueryResult;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `resources`. No parent is two empty strings.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "resources")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub resource_kind: String,
    pub resource_id: String,
    /// The resource's id folded for comparisons that ignore case.
    pub resource_id_folded: String,
    pub parent_kind: String,
    pub parent_id: String,
    /// The parent's id folded for comparisons that ignore case.
    pub parent_id_folded: String,
    pub inherits_roles: bool,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(resource: &Resource, revision: u64) -> Self {
        let parent = resource.parent.clone();
        let (parent_kind, parent_id) = parent.map(|parent| (parent.kind, parent.id)).unwrap_or_default();
        Self {
            id: resource.id.uuid(),
            organization_id: resource.organization_id.uuid(),
            resource_kind: resource.resource.kind.clone(),
            resource_id: resource.resource.id.clone(),
            resource_id_folded: fold(&resource.resource.id),
            parent_kind,
            parent_id_folded: fold(&parent_id),
            parent_id,
            inherits_roles: resource.inherits_roles,
            create_time: resource.create_time.micros(),
            update_time: resource.update_time.micros(),
            revision: signed(revision),
        }
    }
}

/// What [`read`] reads, in its order.
pub(crate) const COLUMNS: &[&str] = &[
    "id",
    "organization_id",
    "resource_kind",
    "resource_id",
    "parent_kind",
    "parent_id",
    "inherits_roles",
    "create_time",
    "update_time",
];

/// A resource from its columns by their place: names cost, where a tree's are read by the million.
pub(crate) fn read(row: &QueryResult) -> Result<Resource, StoreError> {
    let row = Model {
        id: row.try_get_by_index(0)?,
        organization_id: row.try_get_by_index(1)?,
        resource_kind: row.try_get_by_index(2)?,
        resource_id: row.try_get_by_index(3)?,
        parent_kind: row.try_get_by_index(4)?,
        parent_id: row.try_get_by_index(5)?,
        inherits_roles: row.try_get_by_index(6)?,
        create_time: row.try_get_by_index(7)?,
        update_time: row.try_get_by_index(8)?,
        resource_id_folded: String::new(),
        parent_id_folded: String::new(),
        revision: 0,
    };
    row.try_into()
}

impl TryFrom<Model> for Resource {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let parent =
            (!row.parent_kind.is_empty()).then_some(ResourceRef { kind: row.parent_kind, id: row.parent_id });
        Ok(Self {
            id: ResourceId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            resource: ResourceRef { kind: row.resource_kind, id: row.resource_id },
            parent,
            inherits_roles: row.inherits_roles,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
