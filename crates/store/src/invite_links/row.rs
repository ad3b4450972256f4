//! An invite link's row.

use polity_domain::ids::{InviteLinkId, OrganizationId, WorkspaceId};
use polity_domain::invite_links::InviteLink;
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, principal, signed, unsigned};

/// The table `invite_links`. Nothing of a link's secret is in it.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invite_links")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub workspace_id: Option<Uuid>,
    pub roles: String,
    pub email_domains: String,
    pub max_uses: i64,
    pub uses: i64,
    pub sponsor_kind: String,
    pub sponsor_id: Uuid,
    pub revoked: bool,
    pub expire_time: i64,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(link: &InviteLink, revision: u64) -> Result<Self, StoreError> {
        Ok(Self {
            id: link.id.uuid(),
            organization_id: link.organization_id.uuid(),
            workspace_id: link.workspace_id.map(WorkspaceId::uuid),
            roles: json(&link.roles)?,
            email_domains: json(&link.email_domains)?,
            max_uses: i64::from(link.max_uses),
            uses: i64::from(link.uses),
            sponsor_kind: link.sponsor.kind().to_owned(),
            sponsor_id: link.sponsor.uuid(),
            revoked: link.revoked,
            expire_time: link.expire_time.micros(),
            create_time: link.create_time.micros(),
            update_time: link.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for InviteLink {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            id: InviteLinkId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            workspace_id: row.workspace_id.map(WorkspaceId::from_uuid),
            roles: parse(&row.roles)?,
            email_domains: parse(&row.email_domains)?,
            max_uses: unsigned(row.max_uses)?,
            uses: unsigned(row.uses)?,
            sponsor: principal(&row.sponsor_kind, row.sponsor_id)?,
            revoked: row.revoked,
            expire_time: Time(row.expire_time),
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
