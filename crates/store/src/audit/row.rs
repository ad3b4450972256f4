//! A registered kind of events' row.

use polity_domain::audit::{AuditAction, Crud};
use polity_domain::ids::OrganizationId;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;

/// The table `audit_actions`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_actions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub description: String,
    pub crud: String,
    pub create_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(action: &AuditAction, revision: i64) -> Self {
        Self {
            organization_id: action.organization_id.uuid(),
            name: action.name.clone(),
            description: action.description.clone(),
            crud: action.crud.name().to_owned(),
            create_time: action.create_time.micros(),
            revision,
        }
    }

    /// What names it in a report.
    pub(crate) fn key(&self) -> String {
        format!("{} in {}", self.name, OrganizationId::from_uuid(self.organization_id))
    }
}

impl TryFrom<Model> for AuditAction {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let crud = Crud::named(&row.crud);
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            name: row.name,
            description: row.description,
            crud: crud.ok_or_else(|| StoreError::corrupt(format!("crud {}", row.crud)))?,
            create_time: Time(row.create_time),
        })
    }
}
