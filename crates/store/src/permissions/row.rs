//! A registered permission's row.

use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::permissions::{Danger, RegisteredPermission};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;

/// The table `permissions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permissions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tree_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub organization_id: Uuid,
    pub description: String,
    pub danger: String,
    pub deprecated: bool,
    /// The revision of its registration: snapshots number permissions in this order.
    pub position: i64,
    pub create_time: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const DANGERS: [(Danger, &str); 4] =
    [(Danger::Read, "READ"), (Danger::Write, "WRITE"), (Danger::Admin, "ADMIN"), (Danger::Owner, "OWNER")];

impl Model {
    pub(crate) fn write(permission: &RegisteredPermission, tree: TreeId, position: i64) -> Self {
        let danger = DANGERS.iter().find(|(danger, _)| *danger == permission.danger);
        Self {
            tree_id: tree.uuid(),
            name: permission.name.clone(),
            organization_id: permission.organization_id.uuid(),
            description: permission.description.clone(),
            danger: danger.map_or("ADMIN", |(_, text)| *text).to_owned(),
            deprecated: permission.deprecated,
            position,
            create_time: permission.create_time.micros(),
        }
    }
}

impl TryFrom<Model> for RegisteredPermission {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let danger = DANGERS.iter().find(|(_, text)| *text == row.danger);
        let (danger, _) = danger.ok_or_else(|| StoreError::corrupt(format!("danger {}", row.danger)))?;
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            name: row.name,
            description: row.description,
            danger: *danger,
            deprecated: row.deprecated,
            create_time: Time(row.create_time),
        })
    }
}
