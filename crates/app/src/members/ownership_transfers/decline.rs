//! Declining the ownership.

use polity_domain::ids::{OrganizationId, OwnershipTransferId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{OwnershipTransfer, TransferState};

use super::open::offered_to;
use crate::members::leave::person;
use crate::role_assignments::check_there;
use crate::{AppError, Op};

/// Says no: everything stays as it is.
///
/// # Errors
/// 403 `wrong_account`; 404 for strangers; 409 `not_pending`.
#[tracing::instrument(name = "ownership_transfers.decline", skip_all, fields(%organization, %id))]
pub async fn decline(
    op: &Op,
    organization: OrganizationId,
    id: OwnershipTransferId,
) -> Result<(OwnershipTransfer, i64), AppError> {
    let user = person(op)?;
    let seen = op.own_reader("ownership_transfers.decline", organization).await?;
    offered_to(seen.ownership_transfers().get(id).await?, user)?;
    let unit = op.own("ownership_transfers.decline", organization).await?;
    let before = offered_to(unit.ownership_transfers().get(id).await?, user)?;
    check_there(&unit)?;
    let after = before.end(TransferState::Declined, op.now())?;
    let change = Change::OwnershipTransferEnded(Changed { before, after: after.clone() });
    let revision = unit.commit(change).await?;
    Ok((after, revision.row()))
}
