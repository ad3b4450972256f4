//! Taking an offer of ownership back.

use polity_domain::ids::{OrganizationId, OwnershipTransferId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{OwnershipTransfer, TransferState};
use polity_domain::permissions::OWNERSHIP_TRANSFER;

use crate::{AppError, Op};

/// Takes an offer back. Every owner can, so that no owner's offer outlives the others' will.
///
/// # Errors
/// 409 `not_pending`.
#[tracing::instrument(name = "ownership_transfers.cancel", skip_all, fields(%organization, %id))]
pub async fn cancel(
    op: &Op,
    organization: OrganizationId,
    id: OwnershipTransferId,
) -> Result<(OwnershipTransfer, i64), AppError> {
    let unit = op.write(OWNERSHIP_TRANSFER, organization).await?;
    let (before, _) = unit.ownership_transfers().get(id).await?.ok_or_else(AppError::not_found)?;
    let after = before.end(TransferState::Cancelled, op.now())?;
    let change = Change::OwnershipTransferEnded(Changed { before, after: after.clone() });
    let revision = unit.commit(change).await?;
    Ok((after, revision.row()))
}
