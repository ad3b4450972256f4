//! A member's row.

use polity_domain::ids::{InvitationId, InviteLinkId, MembershipRequestId, OrganizationId, UserId};
use polity_domain::listing::fold;
use polity_domain::members::{Joined, Member};
use polity_domain::time::Time;
use polity_domain::users::User;
use sea_orm::entity::prelude::*;

use crate::StoreError;
use crate::convert::{signed, time};

/// The table `members`.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "members")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    pub title: Option<String>,
    pub joined_by: String,
    pub joined_by_id: Option<Uuid>,
    pub display_name_folded: String,
    pub email_canonical: String,
    pub expire_time: Option<i64>,
    pub create_time: i64,
    pub update_time: i64,
    pub revision: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What a member's row holds of the account. It follows the account, and is no part of the membership.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Person {
    pub display_name_folded: String,
    pub email_canonical: String,
}

impl From<&User> for Person {
    fn from(user: &User) -> Self {
        Self {
            display_name_folded: fold(&user.display_name),
            email_canonical: user.email.canonical().to_owned(),
        }
    }
}

impl Model {
    pub(crate) fn write(member: &Member, person: Person, revision: u64) -> Self {
        Self {
            organization_id: member.organization_id.uuid(),
            user_id: member.user_id.uuid(),
            title: member.title.clone(),
            joined_by: member.joined.as_str().to_owned(),
            joined_by_id: match member.joined {
                Joined::Invitation { invitation_id } => Some(invitation_id.uuid()),
                Joined::InviteLink { invite_link_id } => Some(invite_link_id.uuid()),
                Joined::Request { membership_request_id } => Some(membership_request_id.uuid()),
                Joined::Creation | Joined::Addition | Joined::Bootstrap => None,
            },
            display_name_folded: person.display_name_folded,
            email_canonical: person.email_canonical,
            expire_time: member.expire_time.map(Time::micros),
            create_time: member.create_time.micros(),
            update_time: member.update_time.micros(),
            revision: signed(revision),
        }
    }
}

impl TryFrom<Model> for Member {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let joined = match (row.joined_by.as_str(), row.joined_by_id) {
            ("creation", _) => Joined::Creation,
            ("addition", _) => Joined::Addition,
            ("bootstrap", _) => Joined::Bootstrap,
            ("invitation", Some(id)) => Joined::Invitation { invitation_id: InvitationId::from_uuid(id) },
            ("invite_link", Some(id)) => Joined::InviteLink { invite_link_id: InviteLinkId::from_uuid(id) },
            ("request", Some(id)) => {
                Joined::Request { membership_request_id: MembershipRequestId::from_uuid(id) }
            }
            (other, _) => return Err(StoreError::corrupt(format!("member joined by {other}"))),
        };
        Ok(Self {
            organization_id: OrganizationId::from_uuid(row.organization_id),
            user_id: UserId::from_uuid(row.user_id),
            title: row.title,
            joined,
            expire_time: time(row.expire_time),
            create_time: Time(row.create_time),
            update_time: Time(row.update_time),
        })
    }
}
