//! A service account's row.

use polity_domain::ids::{OrganizationId, ServiceAccountId};
use polity_domain::listing::fold;
use polity_domain::service_accounts::ServiceAccount;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `service_accounts`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "service_accounts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    pub description: String,
    pub disabled: bool,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(account: &ServiceAccount, revision: u64) -> Self {
        Self {
            id: account.id.uuid(),
            organization_id: account.organization_id.uuid(),
            title: account.title.clone(),
            title_folded: fold(&account.title),
            description: account.description.clone(),
            disabled: account.disabled,
            create_time: account.create_time.micros(),
            update_time: account.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for ServiceAccount {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: ServiceAccountId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            description: row.description,
            disabled: row.disabled,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
