//! An API key's row.

use polity_domain::api_keys::{ApiKey, RevocationReason, Revoked};
use polity_domain::ids::{ApiKeyId, OrganizationId, ServiceAccountId};
use polity_domain::listing::fold;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, principal, signed, time, unsigned};

/// The table `api_keys`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub title: String,
    /// The title folded for comparisons that ignore case.
    pub title_folded: String,
    pub service_account_id: Option<Uuid>,
    pub permissions: String,
    pub descendants: bool,
    pub allowed_cidrs: String,
    pub rate_limit_per_minute: Option<i64>,
    pub expire_time: Option<i64>,
    pub secrets: String,
    pub revoke_reason: Option<String>,
    pub revoke_time: Option<i64>,
    pub creator_kind: String,
    pub creator_id: Uuid,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const REASONS: [RevocationReason; 5] = [
    RevocationReason::Leaked,
    RevocationReason::Rotated,
    RevocationReason::OwnerLeft,
    RevocationReason::Unused,
    RevocationReason::Other,
];

impl Model {
    pub(crate) fn write(key: &ApiKey, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            id: key.id.uuid(),
            organization_id: key.organization_id.uuid(),
            title: key.title.clone(),
            title_folded: fold(&key.title),
            service_account_id: key.service_account_id.map(ServiceAccountId::uuid),
            permissions: json(&key.permissions)?,
            descendants: key.descendants,
            allowed_cidrs: json(&key.allowed_cidrs)?,
            rate_limit_per_minute: key.rate_limit_per_minute.map(i64::from),
            expire_time: key.expire_time.map(Time::micros),
            secrets: json(&key.secrets)?,
            revoke_reason: key.revoked.map(|revoked| revoked.reason.as_str().to_owned()),
            revoke_time: key.revoked.map(|revoked| revoked.revoke_time.micros()),
            creator_kind: key.creator.kind().to_owned(),
            creator_id: key.creator.uuid(),
            create_time: key.create_time.micros(),
            update_time: key.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let revoked = match (row.revoke_reason.as_deref(), row.revoke_time) {
            (Some(text), Some(revoke_time)) => {
                let reason = REASONS.into_iter().find(|reason| reason.as_str() == text);
                let reason =
                    reason.ok_or_else(|| StoreError::corrupt(format!("revocation reason {text}")))?;
                Some(Revoked { reason, revoke_time: Time(revoke_time) })
            }
            _ => None,
        };
        Ok(Self {
            id: ApiKeyId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            title: row.title,
            service_account_id: row.service_account_id.map(ServiceAccountId::from_uuid),
            permissions: parse(&row.permissions)?,
            descendants: row.descendants,
            allowed_cidrs: parse(&row.allowed_cidrs)?,
            rate_limit_per_minute: row.rate_limit_per_minute.map(unsigned).transpose()?,
            expire_time: time(row.expire_time),
            secrets: parse(&row.secrets)?,
            revoked,
            creator: principal(&row.creator_kind, row.creator_id)?,
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
