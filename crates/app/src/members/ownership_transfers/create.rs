//! Offering the ownership.

use polity_domain::ids::{OrganizationId, OwnershipTransferId, UserId};
use polity_domain::ledger::event::Change;
use polity_domain::members::{OwnershipTransfer, TransferState};
use polity_domain::permissions::OWNERSHIP_TRANSFER;

use super::open::ownership_of;
use crate::members::leave::person;
use crate::{AppError, Kind, Op};

/// Offers the caller's ownership to a member. The caller stays owner until it is accepted.
///
/// # Errors
/// 400 `not_a_member`; 403 `owner_required` for one who does not own the organization directly; 409
/// `already_owner`, or `already_exists` while the same offer is open.
#[tracing::instrument(name = "ownership_transfers.create", skip_all, fields(%organization, %to))]
pub async fn create(
    op: &Op,
    organization: OrganizationId,
    to: UserId,
) -> Result<(OwnershipTransfer, i64), AppError> {
    let from = person(op)?;
    let unit = op.write(OWNERSHIP_TRANSFER, organization).await?;
    if ownership_of(&unit, from).await?.is_none() {
        let detail = "Only whoever is directly and lastingly owner can offer the ownership.";
        return Err(AppError::new(Kind::Forbidden, "owner_required", detail));
    }
    let member = unit.members().get(to).await?.filter(|(member, _)| member.expire_time.is_none());
    if to == from || member.is_none() {
        let detail = "must be another member of the organization, one whose membership does not expire";
        return Err(AppError::invalid("/user", "not_a_member", detail));
    }
    if ownership_of(&unit, to).await?.is_some() {
        return Err(AppError::conflict("already_owner", "This member is an owner already."));
    }
    if unit.ownership_transfers().pending_between(from, to, op.now()).await?.is_some() {
        return Err(AppError::conflict("already_exists", "The same offer is open already."));
    }
    let transfer = OwnershipTransfer {
        id: OwnershipTransferId::from_uuid(op.new_id()),
        organization_id: organization,
        from_user_id: from,
        to_user_id: to,
        state: TransferState::Pending,
        expire_time: op.now().plus_seconds(OwnershipTransfer::TTL_SECONDS),
        create_time: op.now(),
        update_time: op.now(),
    };
    let revision = unit.commit(Change::OwnershipTransferCreated(transfer.clone())).await?;
    Ok((transfer, revision.row()))
}
