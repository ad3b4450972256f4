//! A support access grant's row.

use polity_domain::ids::{OrganizationId, SupportAccessGrantId, UserId};
use polity_domain::support_access_grants::{
    EndReason, SupportAccess, SupportAccessEnded, SupportAccessGrant, SupportScope,
};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, principal, signed};

/// The table `support_access_grants`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "support_access_grants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    /// Also below the organization.
    pub descendants: bool,
    /// The ids of the workspaces that it is about; none: the whole organization.
    pub workspaces: Option<String>,
    pub access: String,
    pub user_id: Option<Uuid>,
    pub reason: String,
    pub creator_kind: String,
    pub creator_id: Uuid,
    pub end_reason: Option<String>,
    pub end_time: Option<i64>,
    pub expire_time: i64,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

const ACCESSES: [SupportAccess; 2] = [SupportAccess::ReadOnly, SupportAccess::ReadWrite];
const REASONS: [EndReason; 2] = [EndReason::Revoked, EndReason::PreferenceOff];

impl Model {
    pub(crate) fn write(grant: &SupportAccessGrant, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            id: grant.id.uuid(),
            organization_id: grant.organization_id.uuid(),
            descendants: grant.scope.descendants(),
            workspaces: grant.scope.workspaces().map(json).transpose()?,
            access: grant.access.as_str().to_owned(),
            user_id: grant.user_id.map(UserId::uuid),
            reason: grant.reason.clone(),
            creator_kind: grant.creator.kind().to_owned(),
            creator_id: grant.creator.uuid(),
            end_reason: grant.ended.map(|ended| ended.reason.as_str().to_owned()),
            end_time: grant.ended.map(|ended| ended.end_time.micros()),
            expire_time: grant.expire_time.micros(),
            create_time: grant.create_time.micros(),
            update_time: grant.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for SupportAccessGrant {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let scope = match row.workspaces {
            Some(ids) => SupportScope::Workspaces { workspace_ids: parse(&ids)? },
            None => SupportScope::Organization { descendants: row.descendants },
        };
        let access = ACCESSES.into_iter().find(|access| access.as_str() == row.access);
        let ended = match (row.end_reason, row.end_time) {
            (Some(text), Some(end_time)) => {
                let reason = REASONS.into_iter().find(|reason| reason.as_str() == text);
                let reason = reason.ok_or_else(|| StoreError::corrupt(format!("end reason {text}")))?;
                Some(SupportAccessEnded { reason, end_time: Time(end_time) })
            }
            _ => None,
        };
        Ok(Self {
            id: SupportAccessGrantId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            scope,
            access: access.ok_or_else(|| StoreError::corrupt(format!("support access {}", row.access)))?,
            user_id: row.user_id.map(UserId::from_uuid),
            reason: row.reason,
            creator: principal(&row.creator_kind, row.creator_id)?,
            ended,
            create_time: Time(row.create_time),
            expire_time: Time(row.expire_time),
            update_time: Time(row.update_time),
        })
    }
}
