//! Accepting the ownership.

use polity_domain::ids::{OrganizationId, OwnershipTransferId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{OwnershipTransfer, TransferState};
use polity_domain::roles::{BuiltIn, Principal};
use polity_store::Writer;

use super::open::{offered_to, ownership_of};
use crate::changes::carry_out;
use crate::members::leave::person;
use crate::role_assignments::{assignment, check_open};
use crate::{AppError, Op};

/// Makes the caller owner and the one who offered an administrator, at one stroke.
///
/// # Errors
/// 403 `wrong_account`; 404 for strangers; 409 `not_pending`, `owner_lost_rights` when who offered is
/// owner no more, `membership_expires` when the caller's membership would end by itself.
#[tracing::instrument(name = "ownership_transfers.accept", skip_all, fields(%organization, %id))]
pub async fn accept(
    op: &Op,
    organization: OrganizationId,
    id: OwnershipTransferId,
) -> Result<(OwnershipTransfer, i64), AppError> {
    let user = person(op)?;
    let seen = op.own_reader("ownership_transfers.accept", organization).await?;
    offered_to(seen.ownership_transfers().get(id).await?, user)?;
    let unit = op.own("ownership_transfers.accept", organization).await?;
    let before = offered_to(unit.ownership_transfers().get(id).await?, user)?;
    check_open(&unit)?;
    let after = before.end(TransferState::Accepted, op.now())?;
    let mut changes = exchange(op, &unit, &before).await?;
    changes.push(Change::OwnershipTransferEnded(Changed { before, after: after.clone() }));
    carry_out(unit, changes, false).await?;
    Ok((after, op.revision().map_or(0, polity_store::Revision::row)))
}

/// The new owner's role first, so that there is an owner after each step.
async fn exchange(op: &Op, unit: &Writer, transfer: &OwnershipTransfer) -> Result<Vec<Change>, AppError> {
    let (organization, owner, admin) = (unit.organization(), BuiltIn::Owner.id(), BuiltIn::Admin.id());
    let (from, to) = (Principal::User(transfer.from_user_id), Principal::User(transfer.to_user_id));
    let Some(given_up) = ownership_of(unit, transfer.from_user_id).await? else {
        let detail = "Whoever offered the ownership is owner no more.";
        return Err(AppError::conflict("owner_lost_rights", detail));
    };
    let member = unit.members().get(transfer.to_user_id).await?;
    let (member, _) = member.ok_or_else(AppError::not_found)?;
    if member.expire_time.is_some() {
        let detail = "An owner's membership must not end by itself; ask for its end to be lifted first.";
        return Err(AppError::conflict("membership_expires", detail));
    }
    let mut changes = Vec::new();
    if ownership_of(unit, transfer.to_user_id).await?.is_none() {
        if let Some((expiring, _)) = unit.role_assignments().find(&to, owner, None).await? {
            changes.push(Change::RoleAssignmentDeleted(expiring));
        }
        changes.push(Change::RoleAssignmentCreated(assignment(op, organization, to, owner)));
    }
    changes.push(Change::RoleAssignmentDeleted(given_up));
    if unit.role_assignments().find(&from, admin, None).await?.is_none() {
        changes.push(Change::RoleAssignmentCreated(assignment(op, organization, from, admin)));
    }
    Ok(changes)
}
