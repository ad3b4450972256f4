//! A membership request's row.

use polity_domain::ids::{MembershipRequestId, OrganizationId, UserId};
use polity_domain::membership_requests::{MembershipRequest, RequestEnded};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::signed;

/// The table `membership_requests`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "membership_requests")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub user_id: Uuid,
    pub message: Option<String>,
    pub ended: Option<String>,
    pub expire_time: i64,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(request: &MembershipRequest, revision: u64) -> Self {
        Self {
            id: request.id.uuid(),
            organization_id: request.organization_id.uuid(),
            user_id: request.user_id.uuid(),
            message: request.message.clone(),
            ended: request.ended.map(|ended| ended.as_str().to_owned()),
            expire_time: request.expire_time.micros(),
            create_time: request.create_time.micros(),
            update_time: request.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for MembershipRequest {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let ended = match row.ended.as_deref() {
            None => None,
            Some("APPROVED") => Some(RequestEnded::Approved),
            Some("DENIED") => Some(RequestEnded::Denied),
            Some("WITHDRAWN") => Some(RequestEnded::Withdrawn),
            Some(other) => return Err(StoreError::corrupt(format!("membership request ended {other}"))),
        };
        Ok(Self {
            id: MembershipRequestId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            user_id: UserId::from_uuid(row.user_id),
            message: row.message,
            ended,
            expire_time: Time(row.expire_time),
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
