//! A policy's row.

use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::listing::fold;
use polity_domain::policies::{Policy, PolicyMode};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `policies`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "policies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    pub mode: String,
    pub statements: String,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(policy: &Policy, revision: u64) -> Self {
        Self {
            id: policy.id.uuid(),
            organization_id: policy.organization_id.uuid(),
            title: policy.title.clone(),
            title_folded: fold(&policy.title),
            mode: policy.mode.as_str().to_owned(),
            statements: policy.text.clone(),
            create_time: policy.create_time.micros(),
            update_time: policy.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Policy {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let mode = PolicyMode::parse(&row.mode);
        Ok(Self {
            id: PolicyId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            mode: mode.ok_or_else(|| StoreError::corrupt(format!("policy mode {}", row.mode)))?,
            text: row.statements,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
