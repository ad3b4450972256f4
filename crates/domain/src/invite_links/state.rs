//! The link's life. A transition takes the link as it is and gives it as it becomes.
//!
//! ```text
//!           ┌─use─┐
//!           ▼     │
//! ACTIVE ───┴─────┘──► EXHAUSTED | REVOKED     (each an end)
//!    └─(time)─► EXPIRED
//! ```

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::{InviteLinkId, OrganizationId, RoleId, UserId, WorkspaceId};
use crate::roles::Principal;
use crate::time::Time;

/// A link by which people join an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteLink {
    /// Its id: never enough to join by it.
    pub id: InviteLinkId,
    /// The organization to join.
    pub organization_id: OrganizationId,
    /// The workspace to join; none: only the organization.
    pub workspace_id: Option<WorkspaceId>,
    /// The roles to be held on joining: those of a workspace on the workspace, the others on the
    /// organization.
    pub roles: Vec<RoleId>,
    /// The domains of the addresses that may join by it, in lower-case ASCII; none: any.
    pub email_domains: Vec<String>,
    /// How often it can be used in all.
    pub max_uses: u32,
    /// How often it was used.
    pub uses: u32,
    /// Who vouches for it: its maker. They must still be able to grant the roles whenever it is used.
    pub sponsor: Principal,
    /// Whether the organization took it back.
    pub revoked: bool,
    /// Until when it can be used.
    pub expire_time: Time,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed or used.
    pub update_time: Time,
}

/// Somebody joined by a link. Nobody does so twice by the same one: who was removed does not come back by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteLinkUse {
    /// Into which organization.
    pub organization_id: OrganizationId,
    /// By which link.
    pub invite_link_id: InviteLinkId,
    /// Who.
    pub user_id: UserId,
    /// When.
    pub create_time: Time,
}

/// What a use does to the link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InviteLinkUsed {
    /// The link as it was.
    pub before: InviteLink,
    /// The link as it is.
    pub after: InviteLink,
    /// Who joined by it.
    pub user_id: UserId,
}

impl InviteLinkUsed {
    /// The use by itself.
    pub fn once(&self) -> InviteLinkUse {
        InviteLinkUse {
            organization_id: self.after.organization_id,
            invite_link_id: self.after.id,
            user_id: self.user_id,
            create_time: self.after.update_time,
        }
    }
}

/// Where a link stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InviteLinkState {
    /// It can be used.
    Active,
    /// Its time is over.
    Expired,
    /// It was used as often as it may be.
    Exhausted,
    /// The organization took it back.
    Revoked,
}

impl InviteLinkState {
    /// Every state, as filters write it.
    pub const NAMES: &[&str] = &["ACTIVE", "EXPIRED", "EXHAUSTED", "REVOKED"];

    /// As the JSON writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Expired => "EXPIRED",
            Self::Exhausted => "EXHAUSTED",
            Self::Revoked => "REVOKED",
        }
    }
}

/// A link that has ended cannot be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the link is {}, not ACTIVE", .0.as_str())]
pub struct NotActive(pub InviteLinkState);

/// Why somebody cannot join by a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefused {
    /// It was taken back.
    #[error("the link was revoked")]
    Revoked,
    /// It was used as often as it may be.
    #[error("the link was used as often as it may be")]
    Exhausted,
    /// Its time is over.
    #[error("the link has expired")]
    Expired,
    /// It is for addresses of other domains.
    #[error("the link is for e-mail addresses of other domains")]
    Domain,
}

impl InviteLink {
    /// Where it stands at `now`. At the very moment of `expire_time` it is expired; what ended it for good
    /// is told before that.
    pub fn state(&self, now: Time) -> InviteLinkState {
        if self.revoked {
            InviteLinkState::Revoked
        } else if self.uses >= self.max_uses {
            InviteLinkState::Exhausted
        } else if now >= self.expire_time {
            InviteLinkState::Expired
        } else {
            InviteLinkState::Active
        }
    }

    /// Whether it is for somebody of that address.
    pub fn admits(&self, email: &Email) -> bool {
        self.email_domains.is_empty() || self.email_domains.iter().any(|domain| domain == email.domain())
    }

    /// Whether somebody of that proven address can join by it now.
    pub fn usable(&self, email: &Email, now: Time) -> Result<(), LinkRefused> {
        match self.state(now) {
            InviteLinkState::Revoked => Err(LinkRefused::Revoked),
            InviteLinkState::Exhausted => Err(LinkRefused::Exhausted),
            InviteLinkState::Expired => Err(LinkRefused::Expired),
            InviteLinkState::Active if self.admits(email) => Ok(()),
            InviteLinkState::Active => Err(LinkRefused::Domain),
        }
    }

    /// Uses it up once, for somebody of that proven address.
    pub fn join(&self, email: &Email, now: Time) -> Result<Self, LinkRefused> {
        self.usable(email, now)?;
        Ok(Self { uses: self.uses + 1, update_time: now, ..self.clone() })
    }

    /// Takes it back: whatever can still be used can be. Who joined by it stays.
    pub fn revoke(&self, now: Time) -> Result<Self, NotActive> {
        match self.state(now) {
            InviteLinkState::Active => Ok(Self { revoked: true, update_time: now, ..self.clone() }),
            state => Err(NotActive(state)),
        }
    }

    /// Offers another role in the place of one. Whoever vouches for it vouches for it still.
    #[must_use]
    pub fn offer_instead(&self, role: RoleId, other: RoleId, now: Time) -> Self {
        let mut after = Self { update_time: now, ..self.clone() };
        after.roles.retain(|offered| *offered != role && *offered != other);
        after.roles.push(other);
        after
    }
}
