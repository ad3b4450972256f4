//! What the operations share: open offers, and who may answer one.

use polity_domain::ids::UserId;
use polity_domain::listing::read_filter;
use polity_domain::members::OwnershipTransfer;
use polity_domain::roles::{BuiltIn, Principal, RoleAssignment};
use polity_store::members::TRANSFER_FIELDS;
use polity_store::{PageRequest, Writer};

use crate::{AppError, Kind, Op};

/// The offers that wait for an answer and name a person on either side.
pub(in crate::members) async fn pending_of(
    op: &Op,
    unit: &Writer,
    user: UserId,
) -> Result<Vec<OwnershipTransfer>, AppError> {
    let filter = format!("state = PENDING AND (from_user = {user} OR to_user = {user})");
    let filter = read_filter(&filter, &TRANSFER_FIELDS).map_err(AppError::internal)?;
    let request = PageRequest { size: 1_000, filter, ..PageRequest::default() };
    let page = unit.ownership_transfers().list(&request).await?;
    let open = page.items.into_iter().map(|(transfer, _)| transfer);
    Ok(open.filter(|transfer| op.now() < transfer.expire_time).collect())
}

/// The assignment by which somebody owns the unit's organization, directly and without an end.
pub(super) async fn ownership_of(unit: &Writer, user: UserId) -> Result<Option<RoleAssignment>, AppError> {
    let found = unit.role_assignments().find(&Principal::User(user), BuiltIn::Owner.id(), None).await?;
    Ok(found.map(|(assignment, _)| assignment).filter(|assignment| assignment.expire_time.is_none()))
}

/// The offer, for the person it was made to; the others who know of it may not answer it.
pub(super) fn offered_to(
    found: Option<(OwnershipTransfer, i64)>,
    user: UserId,
) -> Result<OwnershipTransfer, AppError> {
    let (transfer, _) = found.ok_or_else(AppError::not_found)?;
    if transfer.to_user_id == user {
        Ok(transfer)
    } else if transfer.from_user_id == user {
        Err(AppError::new(Kind::Forbidden, "wrong_account", "The ownership was offered to somebody else."))
    } else {
        Err(AppError::not_found())
    }
}
