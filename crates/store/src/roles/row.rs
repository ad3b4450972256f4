//! A custom role's row.

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::listing::fold;
use polity_domain::roles::{Role, RoleScope};
use polity_domain::text::skeleton;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, signed};

/// The table `roles`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "roles")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    /// The title as it looks: unique in the organization.
    pub title_skeleton: String,
    pub description: String,
    pub scope: String,
    pub permissions: String,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(role: &Role, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            id: role.id.uuid(),
            organization_id: role.organization_id.uuid(),
            title: role.title.clone(),
            title_folded: fold(&role.title),
            title_skeleton: skeleton(&role.title),
            description: role.description.clone(),
            scope: role.scope.as_str().to_owned(),
            permissions: json(&role.permissions)?,
            create_time: role.create_time.micros(),
            update_time: role.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for Role {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let scope = match row.scope.as_str() {
            "organization" => RoleScope::Organization,
            "workspace" => RoleScope::Workspace,
            other => return Err(StoreError::corrupt(format!("role scope {other}"))),
        };
        Ok(Self {
            id: RoleId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            description: row.description,
            scope,
            permissions: parse(&row.permissions)?,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
