//! Saying no.

use polity_domain::ledger::event::{Actor, Change, Changed};

use super::accept::{answering, may_answer};
use super::token::Handle;
use crate::role_assignments::check_there;
use crate::{AppError, Op};

/// Declines an invitation.
#[tracing::instrument(name = "invitations.decline", skip_all)]
pub async fn decline(op: &Op, handle: &Handle) -> Result<(), AppError> {
    may_answer(op, handle)?;
    let invitation = handle.find(op).await?;
    let user = answering(op, handle, &invitation).await?;
    let actor = op.person().unwrap_or(Actor::Bearer { user_id: user.map(|user| user.id) });
    let unit = op.bearer("invitations.decline", invitation.organization_id, &[], actor).await?;
    let (before, _) = unit.invitations().get(invitation.id).await?.ok_or_else(AppError::not_found)?;
    handle.still_names(op, &before)?;
    check_there(&unit)?;
    let after = before.decline(op.now())?;
    unit.commit(Change::InvitationDeclined(Changed { before, after })).await?;
    Ok(())
}
