//! An organization's preferences as a row.

use polity_domain::ids::OrganizationId;
use polity_domain::preferences::Preferences;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{signed, time};

/// The table `preferences`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "preferences")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    pub support_team_access: bool,
    pub support_team_access_time: Option<i64>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub update_time: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(preferences: &Preferences, revision: u64) -> Self {
        Self {
            organization_id: preferences.organization_id.uuid(),
            support_team_access: preferences.support_team_access,
            support_team_access_time: preferences.support_team_access_time.map(Time::micros),
            locale: preferences.locale.clone(),
            time_zone: preferences.time_zone.clone(),
            update_time: preferences.update_time.map(Time::micros),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Preferences {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            support_team_access: row.support_team_access,
            support_team_access_time: time(row.support_team_access_time),
            locale: row.locale,
            time_zone: row.time_zone,
            update_time: time(row.update_time),
        })
    }
}
