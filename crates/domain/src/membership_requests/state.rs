//! The request's life. A transition takes the request as it is and gives it as it becomes.
//!
//! ```text
//! PENDING ──► APPROVED | DENIED | WITHDRAWN     (each an end)
//!    └─(time)─► EXPIRED
//! ```

use serde::{Deserialize, Serialize};

use crate::ids::{MembershipRequestId, OrganizationId, UserId};
use crate::time::Time;

/// A request to become a member of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipRequest {
    /// Its id.
    pub id: MembershipRequestId,
    /// Of which organization.
    pub organization_id: OrganizationId,
    /// Who asks.
    pub user_id: UserId,
    /// What they say, plain text.
    pub message: Option<String>,
    /// How it ended, if it did; expiry is judged at use by [`MembershipRequest::state`].
    pub ended: Option<RequestEnded>,
    /// Until when it can be answered.
    pub expire_time: Time,
    /// When it was made.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// How a request ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RequestEnded {
    /// Who asked is a member.
    Approved,
    /// The organization said no.
    Denied,
    /// Who asked took it back.
    Withdrawn,
}

impl RequestEnded {
    /// As the table writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Approved => "APPROVED",
            Self::Denied => "DENIED",
            Self::Withdrawn => "WITHDRAWN",
        }
    }
}

/// Where a request stands at some moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum MembershipRequestState {
    /// It waits for an answer.
    Pending,
    /// Who asked is a member.
    Approved,
    /// The organization said no.
    Denied,
    /// Who asked took it back.
    Withdrawn,
    /// Its time is over.
    Expired,
}

impl MembershipRequestState {
    /// Every state, as filters write it.
    pub const NAMES: &[&str] = &["PENDING", "APPROVED", "DENIED", "WITHDRAWN", "EXPIRED"];

    /// As the JSON writes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Approved => "APPROVED",
            Self::Denied => "DENIED",
            Self::Withdrawn => "WITHDRAWN",
            Self::Expired => "EXPIRED",
        }
    }
}

/// Only a pending request can be answered or taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the membership request is {}, not PENDING", .0.as_str())]
pub struct NotWaiting(pub MembershipRequestState);

impl MembershipRequest {
    /// Where it stands at `now`. At the very moment of `expire_time` it is expired.
    pub fn state(&self, now: Time) -> MembershipRequestState {
        match self.ended {
            Some(RequestEnded::Approved) => MembershipRequestState::Approved,
            Some(RequestEnded::Denied) => MembershipRequestState::Denied,
            Some(RequestEnded::Withdrawn) => MembershipRequestState::Withdrawn,
            None if now >= self.expire_time => MembershipRequestState::Expired,
            None => MembershipRequestState::Pending,
        }
    }

    /// Ends it, if it is pending.
    pub fn end(&self, ended: RequestEnded, now: Time) -> Result<Self, NotWaiting> {
        match self.state(now) {
            MembershipRequestState::Pending => {
                Ok(Self { ended: Some(ended), update_time: now, ..self.clone() })
            }
            state => Err(NotWaiting(state)),
        }
    }
}
