//! Looking at an offer of ownership.

use polity_domain::ids::{OrganizationId, OwnershipTransferId};
use polity_domain::members::OwnershipTransfer;

use super::list::{Sight, sight};
use crate::{AppError, Op};

/// One offer: for those who may offer the ownership, and for the two whom it concerns.
///
/// # Errors
/// 404 for everybody else.
#[tracing::instrument(name = "ownership_transfers.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: OwnershipTransferId,
) -> Result<(OwnershipTransfer, i64), AppError> {
    let (reader, sight) = sight(op, organization).await?;
    let (transfer, revision) = reader.ownership_transfers().get(id).await?.ok_or_else(AppError::not_found)?;
    match sight {
        Sight::Own(user) if user != transfer.from_user_id && user != transfer.to_user_id => {
            Err(AppError::not_found())
        }
        _ => Ok((transfer, revision)),
    }
}
