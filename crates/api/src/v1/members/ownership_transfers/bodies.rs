//! An ownership transfer's JSON.

use polity_app::etag;
use polity_domain::ids::{OrganizationId, OwnershipTransferId};
use polity_domain::members::{OwnershipTransfer, TransferState};
use polity_web::Resource;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name, user_name};

/// The path of one ownership transfer.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct OwnershipTransferPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The transfer's id
    #[param(value_type = String, example = "xfer_01h455vb4pex5vsknk084sn02q")]
    pub ownership_transfer_id: OwnershipTransferId,
}

/// An offer of ownership.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnershipTransferBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/ownership-transfers/xfer_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "xfer_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The resource name of the owner who offers
    #[schema(example = "users/user_01h455vb4pex5vsknk084sn02q")]
    pub from_user: String,
    /// The resource name of the member who is to be owner
    #[schema(example = "users/user_01h455vb4pex5vsknk084sn02q")]
    pub to_user: String,
    /// Where it stands
    pub state: TransferStateBody,
    /// Until when it can be accepted
    pub expire_time: Timestamp,
    /// When it was offered
    pub create_time: Timestamp,
    /// When it was last changed
    pub update_time: Timestamp,
}

/// Where an offer stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransferStateBody {
    /// It waits for an answer, as long as `expire_time` has not come
    Pending,
    /// The member is owner now, and who offered is an administrator
    Accepted,
    /// The member does not want it
    Declined,
    /// It was taken back, or one of the two is a member no more
    Cancelled,
}

impl From<OwnershipTransfer> for OwnershipTransferBody {
    fn from(transfer: OwnershipTransfer) -> Self {
        Self {
            name: format!(
                "{}/ownership-transfers/{}",
                organization_name(transfer.organization_id),
                transfer.id
            ),
            id: transfer.id.to_string(),
            from_user: user_name(transfer.from_user_id),
            to_user: user_name(transfer.to_user_id),
            state: match transfer.state {
                TransferState::Pending => TransferStateBody::Pending,
                TransferState::Accepted => TransferStateBody::Accepted,
                TransferState::Declined => TransferStateBody::Declined,
                TransferState::Cancelled => TransferStateBody::Cancelled,
            },
            expire_time: transfer.expire_time.into(),
            create_time: transfer.create_time.into(),
            update_time: transfer.update_time.into(),
        }
    }
}

/// One offer with its tag.
pub fn resource((transfer, revision): (OwnershipTransfer, i64)) -> Resource<OwnershipTransferBody> {
    Resource::new(OwnershipTransferBody::from(transfer)).etag(etag(revision))
}
