//! The row of what one principal used in one organization.

use polity_domain::access::UseSketch;
use polity_domain::roles::Principal;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::principal;

/// The table `permission_uses`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permission_uses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub principal_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    pub principal_kind: String,
    pub sketch: Vec<u8>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Who used what.
    pub(super) fn read(&self) -> Result<(Principal, UseSketch), StoreError> {
        Ok((principal(&self.principal_kind, self.principal_id)?, read(&self.sketch)?))
    }
}

/// A column's sketch.
pub(super) fn read(bytes: &[u8]) -> Result<UseSketch, StoreError> {
    UseSketch::decode(bytes).map_err(|_| StoreError::corrupt("permission_uses.sketch"))
}
