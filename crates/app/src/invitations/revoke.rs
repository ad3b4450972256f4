//! Taking an invitation back.

use polity_domain::ids::{InvitationId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::INVITATIONS_REVOKE;

use super::open::write;
use crate::{AppError, Op};

/// Takes a pending invitation back: its token is worthless from now on.
///
/// # Errors
/// 409 `not_pending` when it has ended or expired; 412 when `if_match` is another version.
#[tracing::instrument(name = "invitations.revoke", skip_all, fields(%organization, %id))]
pub async fn revoke(
    op: &Op,
    organization: OrganizationId,
    id: InvitationId,
    if_match: &crate::IfMatch,
) -> Result<(), AppError> {
    let unit = write(op, INVITATIONS_REVOKE, organization, id).await?;
    let (before, revision) = unit.invitations().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = before.revoke(op.now())?;
    unit.commit(Change::InvitationRevoked(Changed { before, after })).await?;
    Ok(())
}
