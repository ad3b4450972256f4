//! The invitation's life. A transition takes the invitation as it is and gives it as it becomes.
//!
//! ```text
//! PENDING ──► ACCEPTED | DECLINED | REVOKED                  (each an end)
//!    ▲  ├─(time)─► EXPIRED ─┐
//!    │  └─► BOUNCED ────────┤  (until its time is over still answered or revoked:
//!    └──────── resend ◄─────┘   the mail may have arrived after all)
//! ```

use serde::{Deserialize, Serialize};

use crate::email::Email;
use crate::ids::{GroupId, InvitationId, OrganizationId, RoleId, UserId, WorkspaceId};
use crate::roles::Principal;
use crate::time::Time;

/// An invitation to join an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id: never enough to accept it.
    pub id: InvitationId,
    /// The organization to join.
    pub organization_id: OrganizationId,
    /// Who is asked.
    pub email: Email,
    /// The workspace to join; none: only the organization.
    pub workspace_id: Option<WorkspaceId>,
    /// The roles to be held on joining: those of a workspace on the workspace, the others on the
    /// organization.
    pub roles: Vec<RoleId>,
    /// The groups of the organization to be in on joining.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<GroupId>,
    /// Where the invited person is to be led afterwards, when that is elsewhere. It gives no right.
    pub redirect: Redirect,
    /// The language of the mail (BCP 47).
    pub locale: String,
    /// A word from the inviter, plain text.
    pub message: Option<String>,
    /// Who vouches for it: its maker, or who last sent it. They must still be able to grant the
    /// roles, and put somebody into the groups, when it is accepted.
    pub sponsor: Principal,
    /// How it ended, if it did; expiry is judged at use by [`Invitation::state`].
    pub ended: Option<Ended>,
    /// Which of its tokens is valid: each sending makes a new one.
    pub generation: u32,
    /// Until when it can be accepted.
    pub expire_time: Time,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// Where somebody is to be led after joining. It gives no right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Redirect {
    /// Another organization.
    pub organization_id: Option<OrganizationId>,
    /// Another workspace.
    pub workspace_id: Option<WorkspaceId>,
}

/// How an invitation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Ended {
    /// Somebody joined by it.
    Accepted {
        /// Who.
        user_id: UserId,
    },
    /// The invited person said no.
    Declined,
    /// The organization took it back.
    Revoked,
    /// The mail could not be delivered.
    Bounced,
}

/// Where an invitation stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum InvitationState {
    /// It waits for an answer.
    Pending,
    /// Somebody joined by it.
    Accepted,
    /// The invited person said no.
    Declined,
    /// The organization took it back.
    Revoked,
    /// Its time is over; it can be sent again.
    Expired,
    /// Its mail came back; it can be sent again.
    Bounced,
}

impl InvitationState {
    /// Every state, as tables and filters write it.
    pub const NAMES: &[&str] = &["PENDING", "ACCEPTED", "DECLINED", "REVOKED", "EXPIRED", "BOUNCED"];

    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
            Self::Revoked => "REVOKED",
            Self::Expired => "EXPIRED",
            Self::Bounced => "BOUNCED",
        }
    }
}

/// A change that only a pending invitation takes was asked of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the invitation is {}, not PENDING", .0.as_str())]
pub struct NotPending(pub InvitationState);

/// Why somebody cannot accept or decline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It was accepted or declined before.
    #[error("the invitation was already used")]
    AlreadyUsed,
    /// It was taken back.
    #[error("the invitation was revoked")]
    Revoked,
    /// Its time is over.
    #[error("the invitation has expired; ask for it to be sent again")]
    Expired,
    /// It was meant for another address.
    #[error("the invitation was sent to another e-mail address")]
    WrongAccount,
}

impl Invitation {
    /// Where it stands at `now`. At the very moment of `expire_time` it is expired.
    pub fn state(&self, now: Time) -> InvitationState {
        match self.ended {
            Some(Ended::Accepted { .. }) => InvitationState::Accepted,
            Some(Ended::Declined) => InvitationState::Declined,
            Some(Ended::Revoked) => InvitationState::Revoked,
            Some(Ended::Bounced) => InvitationState::Bounced,
            None if now >= self.expire_time => InvitationState::Expired,
            None => InvitationState::Pending,
        }
    }

    fn end(&self, ended: Ended, now: Time) -> Self {
        Self { ended: Some(ended), update_time: now, ..self.clone() }
    }

    fn pending(&self, now: Time) -> Result<(), NotPending> {
        match self.state(now) {
            InvitationState::Pending => Ok(()),
            state => Err(NotPending(state)),
        }
    }

    /// Whether the invited person may answer it now.
    pub fn answerable(&self, now: Time) -> Result<(), Refused> {
        match self.state(now) {
            // A bounced one may be answered: the mail did arrive after all.
            InvitationState::Pending | InvitationState::Bounced if now < self.expire_time => Ok(()),
            InvitationState::Accepted | InvitationState::Declined => Err(Refused::AlreadyUsed),
            InvitationState::Revoked => Err(Refused::Revoked),
            _ => Err(Refused::Expired),
        }
    }

    /// Joins `user_id`, whose proven addresses are given in canonical form.
    pub fn accept<'a>(
        &self,
        user_id: UserId,
        proven: impl IntoIterator<Item = &'a str>,
        now: Time,
    ) -> Result<Self, Refused> {
        self.answerable(now)?;
        if !proven.into_iter().any(|address| address == self.email.canonical()) {
            return Err(Refused::WrongAccount);
        }
        Ok(self.end(Ended::Accepted { user_id }, now))
    }

    /// Says no.
    pub fn decline(&self, now: Time) -> Result<Self, Refused> {
        self.answerable(now)?;
        Ok(self.end(Ended::Declined, now))
    }

    /// Takes it back. Only an unexpired one that is pending can be, or one whose mail came back: whatever
    /// can still be accepted can be taken back.
    pub fn revoke(&self, now: Time) -> Result<Self, NotPending> {
        self.answerable(now).map_err(|_| NotPending(self.state(now)))?;
        Ok(self.end(Ended::Revoked, now))
    }

    /// The mail came back.
    pub fn bounce(&self, now: Time) -> Result<Self, NotPending> {
        self.pending(now)?;
        Ok(self.end(Ended::Bounced, now))
    }

    /// Sends it again with a new token: the old one dies. An expired or bounced one lives again.
    /// Whoever sends it vouches for it from now on.
    pub fn resend(&self, sponsor: Principal, expire_time: Time, now: Time) -> Result<Self, NotPending> {
        match self.state(now) {
            InvitationState::Pending | InvitationState::Expired | InvitationState::Bounced => Ok(Self {
                sponsor,
                expire_time,
                ended: None,
                generation: self.generation + 1,
                update_time: now,
                ..self.clone()
            }),
            state => Err(NotPending(state)),
        }
    }

    /// Changes what a pending one offers. Whoever changes it vouches for it from now on.
    pub fn update(
        &self,
        roles: Option<Vec<RoleId>>,
        expire_time: Option<Time>,
        sponsor: Principal,
        now: Time,
    ) -> Result<Self, NotPending> {
        self.pending(now)?;
        Ok(Self {
            roles: roles.unwrap_or_else(|| self.roles.clone()),
            expire_time: expire_time.unwrap_or(self.expire_time),
            sponsor,
            update_time: now,
            ..self.clone()
        })
    }
}
