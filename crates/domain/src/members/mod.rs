//! Members: the people of an organization. What they may do hangs on role assignments.

mod transfer;

pub use transfer::{NotOpen, OwnershipTransfer, TransferState};

use serde::{Deserialize, Serialize};

use crate::ids::{InvitationId, InviteLinkId, MembershipRequestId, OrganizationId, UserId};
use crate::time::Time;

/// A person's membership of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Of which organization.
    pub organization_id: OrganizationId,
    /// Who.
    pub user_id: UserId,
    /// What they are there, for people to read.
    pub title: Option<String>,
    /// How they came in.
    pub joined: Joined,
    /// When a guest's membership ends by itself; judged at use.
    pub expire_time: Option<Time>,
    /// Since when.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

impl Member {
    /// Changes what is written on the membership itself; what is not named stays.
    pub fn change(
        &self,
        title: Option<Option<String>>,
        expire_time: Option<Option<Time>>,
        now: Time,
    ) -> Self {
        Self {
            title: title.unwrap_or_else(|| self.title.clone()),
            expire_time: expire_time.unwrap_or(self.expire_time),
            update_time: now,
            ..self.clone()
        }
    }

    /// Whether the membership counts at `now`.
    pub fn counts(&self, now: Time) -> bool {
        self.expire_time.is_none_or(|end| now < end)
    }
}

/// How a member came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Joined {
    /// Made the organization.
    Creation,
    /// Accepted an invitation.
    Invitation {
        /// Which one.
        invitation_id: InvitationId,
    },
    /// Joined by a link.
    InviteLink {
        /// Which one.
        invite_link_id: InviteLinkId,
    },
    /// Asked, and was taken in.
    Request {
        /// By which request.
        membership_request_id: MembershipRequestId,
    },
    /// Was added by an administrator.
    Addition,
    /// Was the first administrator of the instance.
    Bootstrap,
}

impl Joined {
    /// `creation`, `invitation`, `invite_link`, `request`, `addition` or `bootstrap`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Creation => "creation",
            Self::Invitation { .. } => "invitation",
            Self::InviteLink { .. } => "invite_link",
            Self::Request { .. } => "request",
            Self::Addition => "addition",
            Self::Bootstrap => "bootstrap",
        }
    }
}
