//! The row of one use of an invite link.

use polity_domain::ids::{InviteLinkId, OrganizationId, UserId};
use polity_domain::invite_links::InviteLinkUse;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;

/// The table `invite_link_uses`: who joined by which link, each once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invite_link_uses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub invite_link_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub organization_id: Uuid,
    pub create_time: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(used: &InviteLinkUse) -> Self {
        Self {
            invite_link_id: used.invite_link_id.uuid(),
            user_id: used.user_id.uuid(),
            organization_id: used.organization_id.uuid(),
            create_time: used.create_time.micros(),
        }
    }
}

impl TryFrom<Model> for InviteLinkUse {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            invite_link_id: InviteLinkId::from_uuid(row.invite_link_id),
            user_id: UserId::from_uuid(row.user_id),
            create_time: Time(row.create_time),
        })
    }
}
