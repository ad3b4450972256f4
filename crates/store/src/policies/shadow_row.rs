//! What a policy that is not enforced would have denied, as a row.

use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::unsigned;

/// What a policy would have denied since its last change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shadow {
    /// When the policy was last changed that was counted for: for another one this says nothing.
    pub version_time: Time,
    /// How often it would have denied something, also because it could not be evaluated.
    pub denials: u64,
    /// How often because of that.
    pub failures: u64,
    /// When last.
    pub last_time: Time,
}

/// The table `policy_shadows`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policy_shadows")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub policy_id: Uuid,
    pub organization_id: Uuid,
    pub version_time: i64,
    pub denials: i64,
    pub failures: i64,
    pub last_time: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Shadow {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            version_time: Time(row.version_time),
            denials: unsigned(row.denials)?,
            failures: unsigned(row.failures)?,
            last_time: Time(row.last_time),
        })
    }
}
