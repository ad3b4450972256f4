//! Sending an invitation again.

use polity_domain::ids::{InvitationId, OrganizationId};
use polity_domain::invitations::InvitationState;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::limits::Limited;
use polity_domain::permissions::INVITATIONS_UPDATE;

use super::create::{
    check_admitted, check_domain, check_groups_left, check_not_member, check_ttl, check_workspace, letter,
    spend, title_of,
};
use super::open::{may, write};
use super::view::{InvitationView, Shown};
use crate::limits::room;
use crate::role_assignments::check_offer;
use crate::settings::policy_in;
use crate::{AppError, Op};

/// Sends an invitation again, also an expired or bounced one, with a new token: the old one dies.
/// Whoever sends it vouches for it, so they must be able to grant its roles themselves.
#[tracing::instrument(name = "invitations.resend", skip_all, fields(%organization, %id))]
pub async fn resend(
    op: &Op,
    organization: OrganizationId,
    id: InvitationId,
    ttl_seconds: Option<i64>,
) -> Result<InvitationView, AppError> {
    let reader = may(op, INVITATIONS_UPDATE, organization, id).await?;
    let (known, _) = reader.invitations().get(id).await?.ok_or_else(AppError::not_found)?;
    spend(op, &known.email).await?;
    let unit = write(op, INVITATIONS_UPDATE, organization, id).await?;
    let title = title_of(&unit);
    let (before, _) = unit.invitations().get(id).await?.ok_or_else(AppError::not_found)?;
    let policy = policy_in(&unit, before.workspace_id).await?;
    let ttl = check_ttl(op, &policy, ttl_seconds)?;
    check_workspace(&unit, before.workspace_id)?;
    check_offer(op, &unit, before.workspace_id, &before.roles)?;
    check_groups_left(op, &unit, &before.groups)?;
    check_admitted(&policy, &before.email)?;
    check_domain(&unit, &before.email).await?;
    if before.workspace_id.is_none() {
        check_not_member(&unit, &before.email).await?;
    }
    let pending = unit.invitations().pending_for(&before.email, before.workspace_id, op.now()).await?;
    if pending.is_some_and(|other| other.id != id) {
        return Err(AppError::conflict("already_invited", "Another invitation for this address is pending."));
    }
    if before.state(op.now()) != InvitationState::Pending {
        room(&unit, organization, Limited::InvitationsPending).await?.take()?;
    }
    let after = before.resend(op.principal()?, op.now().plus_seconds(ttl), op.now())?;
    unit.send(letter(op, &after)).await?;
    let shown = Shown::before(&unit, &title, &after).await?;
    let revision = unit.commit(Change::InvitationResent(Changed { before, after: after.clone() })).await?;
    Ok(shown.queued(op, after, revision.row()))
}
