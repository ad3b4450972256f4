//! Removing a member.

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::{Member, TransferState};
use polity_domain::permissions::MEMBERS_REMOVE;
use polity_domain::roles::Principal;
use polity_store::Writer;

use super::ownership_transfers::pending_of;
use super::view::MemberView;
use crate::changes::{carry_out, outcome};
use crate::role_assignments::rights;
use crate::{AppError, IfMatch, Op, Outcome};

/// Removes a member: with the membership end the roles that hang on it, places in groups and open offers
/// of ownership.
/// The account is theirs and stays. Only whoever could grant all that they hold there, by groups as well, removes them.
///
/// # Errors
/// 403 `cannot_grant`; 409 `last_owner`; 412 when `if_match` is another version.
#[tracing::instrument(name = "members.remove", skip_all, fields(%organization, %user))]
pub async fn remove(
    op: &Op,
    organization: OrganizationId,
    user: UserId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(MEMBERS_REMOVE, organization).await?;
    let changes = plan(op, &unit, user, if_match).await?;
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}

/// What must change for a removal by somebody else. Everything is checked, nothing is recorded.
pub(super) async fn plan(
    op: &Op,
    unit: &Writer,
    user: UserId,
    if_match: &IfMatch,
) -> Result<Vec<Change>, AppError> {
    let (member, person, _) = unit.members().get_with_user(user).await?.ok_or_else(AppError::not_found)?;
    let current = MemberView::new(unit.snapshot(), member.clone(), person, op.now());
    if_match.check_tag(&current.etag())?;
    rights(unit).may_change(&op.principal()?, &Principal::User(user), unit.organization(), op.now())?;
    ending(op, unit, member).await
}

/// What ends with a membership, the membership last.
pub(super) async fn ending(op: &Op, unit: &Writer, member: Member) -> Result<Vec<Change>, AppError> {
    let mut changes = Vec::new();
    for before in pending_of(op, unit, member.user_id).await? {
        let after = before.end(TransferState::Cancelled, op.now())?;
        changes.push(Change::OwnershipTransferEnded(Changed { before, after }));
    }
    changes.extend(crate::groups::ending(unit, &Principal::User(member.user_id)).await?);
    changes.push(Change::MemberRemoved(member));
    Ok(changes)
}
