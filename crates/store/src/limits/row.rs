//! The limits on an organization as a row.

use polity_domain::ids::OrganizationId;
use polity_domain::limits::OrganizationLimits;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, signed, time};

/// The table `limits`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "limits")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    /// By those above.
    pub granted: String,
    /// By the organization itself.
    pub own: String,
    pub update_time: Option<i64>,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(limits: &OrganizationLimits, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: limits.organization_id.uuid(),
            granted: json(&limits.granted)?,
            own: json(&limits.own)?,
            update_time: limits.update_time.map(Time::micros),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for OrganizationLimits {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            granted: parse(&row.granted)?,
            own: parse(&row.own)?,
            update_time: time(row.update_time),
        })
    }
}
