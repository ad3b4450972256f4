//! A two-sided change of owner: offered by an owner, accepted by the member who is to be one.

use serde::{Deserialize, Serialize};

use crate::ids::{OrganizationId, OwnershipTransferId, UserId};
use crate::time::Time;

/// An offer of ownership. The offering owner stays owner until it is accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnershipTransfer {
    /// Its id.
    pub id: OwnershipTransferId,
    /// Of which organization.
    pub organization_id: OrganizationId,
    /// The owner who offers.
    pub from_user_id: UserId,
    /// The member who is to be owner.
    pub to_user_id: UserId,
    /// Where it stands; expiry is judged at use.
    pub state: TransferState,
    /// Until when it can be accepted.
    pub expire_time: Time,
    /// When it was offered.
    pub create_time: Time,
    /// When it was last changed.
    pub update_time: Time,
}

/// Where an offer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransferState {
    /// It waits for an answer.
    Pending,
    /// The member is owner now.
    Accepted,
    /// The member does not want it.
    Declined,
    /// The owner took it back.
    Cancelled,
}

impl TransferState {
    /// As the table and the JSON write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Accepted => "ACCEPTED",
            Self::Declined => "DECLINED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// The offer was answered, taken back or has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the ownership transfer is no longer open")]
pub struct NotOpen;

impl OwnershipTransfer {
    /// How long an offer stands: 14 days.
    pub const TTL_SECONDS: i64 = 14 * 86_400;

    /// Ends an open offer.
    pub fn end(&self, state: TransferState, now: Time) -> Result<Self, NotOpen> {
        if self.state == TransferState::Pending && now < self.expire_time {
            Ok(Self { state, update_time: now, ..self.clone() })
        } else {
            Err(NotOpen)
        }
    }
}
