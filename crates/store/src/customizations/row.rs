//! A version of an organization's customizations as a row.

use polity_domain::customizations::Customizations;
use polity_domain::ids::OrganizationId;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, signed, unsigned};

/// The table `customizations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "customizations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub restored_version: Option<i64>,
    pub content: String,
    pub create_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(customizations: &Customizations, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: customizations.organization_id.uuid(),
            version: customizations.version.into(),
            restored_version: customizations.restored_version.map(i64::from),
            content: json(&customizations.content)?,
            create_time: customizations.create_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for Customizations {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            version: unsigned(row.version)?,
            restored_version: row.restored_version.map(unsigned).transpose()?,
            content: parse(&row.content)?,
            create_time: Time(row.create_time),
        })
    }
}
