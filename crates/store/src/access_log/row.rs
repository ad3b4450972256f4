//! The access log's row.

use polity_domain::ids::{
    AccessLogEntryId, ApiKeyId, OrganizationId, RequestId, SupportAccessGrantId, UserId,
};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use super::{ACTIONS, Entry};
use crate::StoreError;
use crate::convert::{signed, unsigned};

/// The table `access_log`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_log")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    pub user_id: Option<Uuid>,
    pub api_key_id: Option<Uuid>,
    pub support_access_grant_id: Option<Uuid>,
    pub action: String,
    pub status: String,
    pub method: Option<String>,
    pub route: Option<String>,
    pub http_status: Option<i64>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub request_id: Option<Uuid>,
    pub lost: Option<i64>,
    pub create_time: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "OTHER"];

impl Model {
    /// As it stands in the log of one organization.
    pub(super) fn write(entry: &Entry, organization: OrganizationId) -> Self {
        Self {
            id: entry.id.uuid(),
            organization_id: organization.uuid(),
            user_id: entry.user_id.map(UserId::uuid),
            api_key_id: entry.api_key_id.map(ApiKeyId::uuid),
            support_access_grant_id: entry.support_access_grant_id.map(SupportAccessGrantId::uuid),
            action: entry.action.to_owned(),
            status: if entry.succeeded { "SUCCESS" } else { "FAILURE" }.to_owned(),
            method: entry.method.map(str::to_owned),
            route: entry.route.clone(),
            http_status: entry.http_status.map(i64::from),
            ip_address: entry.ip_address.clone(),
            user_agent: entry.user_agent.clone(),
            request_id: entry.request_id.map(RequestId::uuid),
            lost: entry.lost.map(signed),
            create_time: entry.time.micros(),
        }
    }
}

impl TryFrom<Model> for Entry {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let action = ACTIONS.iter().copied().find(|action| *action == row.action);
        Ok(Self {
            id: AccessLogEntryId::from_uuid(row.id),
            organization_id: Some(OrganizationId::from_uuid(row.organization_id)),
            time: Time(row.create_time),
            user_id: row.user_id.map(UserId::from_uuid),
            api_key_id: row.api_key_id.map(ApiKeyId::from_uuid),
            support_access_grant_id: row.support_access_grant_id.map(SupportAccessGrantId::from_uuid),
            action: action.ok_or_else(|| StoreError::corrupt(format!("action {}", row.action)))?,
            succeeded: row.status == "SUCCESS",
            method: row.method.and_then(|method| METHODS.into_iter().find(|one| *one == method)),
            route: row.route,
            http_status: row.http_status.map(unsigned).transpose()?,
            ip_address: row.ip_address,
            user_agent: row.user_agent,
            request_id: row.request_id.map(RequestId::from_uuid),
            lost: row.lost.map(unsigned).transpose()?,
        })
    }
}
