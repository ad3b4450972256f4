//! An organization's settings as a row.

use polity_domain::ids::OrganizationId;
use polity_domain::settings::OrganizationSettings;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, signed, time};

/// The table `settings`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "settings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    pub entries: String,
    pub update_time: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(settings: &OrganizationSettings, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: settings.organization_id.uuid(),
            entries: json(&settings.entries)?,
            update_time: settings.update_time.map(Time::micros),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for OrganizationSettings {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            entries: parse(&row.entries)?,
            update_time: time(row.update_time),
        })
    }
}
