//! An invitation's row.

use polity_domain::email::Email;
use polity_domain::ids::{InvitationId, OrganizationId, UserId, WorkspaceId};
use polity_domain::invitations::{Ended, Invitation, Redirect};
use polity_domain::time::Time;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{json, parse, principal, signed, unsigned};

/// The table `invitations`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub email_address: String,
    pub email_canonical: String,
    pub workspace_id: Option<Uuid>,
    pub roles: String,
    pub groups: String,
    pub redirect_organization_id: Option<Uuid>,
    pub redirect_workspace_id: Option<Uuid>,
    pub locale: String,
    pub message: Option<String>,
    pub sponsor_kind: String,
    pub sponsor_id: Uuid,
    pub ended: Option<String>,
    pub accepted_by: Option<Uuid>,
    pub generation: i64,
    pub expire_time: i64,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    pub(crate) fn write(invitation: &Invitation, revision: u64) -> Result<Self, StoreError> {
        let (ended, accepted_by) = match invitation.ended {
            None => (None, None),
            Some(Ended::Accepted { user_id }) => (Some("ACCEPTED"), Some(user_id.uuid())),
            Some(Ended::Declined) => (Some("DECLINED"), None),
            Some(Ended::Revoked) => (Some("REVOKED"), None),
            Some(Ended::Bounced) => (Some("BOUNCED"), None),
        };
        Ok(Self {
            id: invitation.id.uuid(),
            organization_id: invitation.organization_id.uuid(),
            email_address: invitation.email.as_str().to_owned(),
            email_canonical: invitation.email.canonical().to_owned(),
            workspace_id: invitation.workspace_id.map(WorkspaceId::uuid),
            roles: json(&invitation.roles)?,
            groups: json(&invitation.groups)?,
            redirect_organization_id: invitation.redirect.organization_id.map(OrganizationId::uuid),
            redirect_workspace_id: invitation.redirect.workspace_id.map(WorkspaceId::uuid),
            locale: invitation.locale.clone(),
            message: invitation.message.clone(),
            sponsor_kind: invitation.sponsor.kind().to_owned(),
            sponsor_id: invitation.sponsor.uuid(),
            ended: ended.map(str::to_owned),
            accepted_by,
            generation: i64::from(invitation.generation),
            expire_time: invitation.expire_time.micros(),
            create_time: invitation.create_time.micros(),
            update_time: invitation.update_time.micros(),
            revision: signed(revision),
        })
    }
}

impl TryFrom<Model> for Invitation {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let ended = match (row.ended.as_deref(), row.accepted_by) {
            (None, _) => None,
            (Some("ACCEPTED"), Some(id)) => Some(Ended::Accepted { user_id: UserId::from_uuid(id) }),
            (Some("DECLINED"), _) => Some(Ended::Declined),
            (Some("REVOKED"), _) => Some(Ended::Revoked),
            (Some("BOUNCED"), _) => Some(Ended::Bounced),
            (Some(other), _) => return Err(StoreError::corrupt(format!("invitation ended {other}"))),
        };
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            organization_id: OrganizationId::from_uuid(row.organization_id),
            email: Email::parse(&row.email_address).map_err(StoreError::corrupt)?,
            workspace_id: row.workspace_id.map(WorkspaceId::from_uuid),
            roles: parse(&row.roles)?,
            groups: parse(&row.groups)?,
            redirect: Redirect {
                organization_id: row.redirect_organization_id.map(OrganizationId::from_uuid),
                workspace_id: row.redirect_workspace_id.map(WorkspaceId::from_uuid),
            },
            locale: row.locale,
            message: row.message,
            sponsor: principal(&row.sponsor_kind, row.sponsor_id)?,
            ended,
            generation: unsigned(row.generation)?,
            expire_time: Time(row.expire_time),
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
