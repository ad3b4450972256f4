//! Taking a link back.

use polity_domain::ids::{InviteLinkId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::INVITE_LINKS_REVOKE;

use crate::{AppError, IfMatch, Op};

/// Takes a link back: nobody joins by it from now on. Who joined by it stays.
///
/// # Errors
/// 409 `wrong_state` when it has ended already; 412 when `if_match` is another version.
#[tracing::instrument(name = "invite_links.revoke", skip_all, fields(%organization, %id))]
pub async fn revoke(
    op: &Op,
    organization: OrganizationId,
    id: InviteLinkId,
    if_match: &IfMatch,
) -> Result<(), AppError> {
    let unit = op.write(INVITE_LINKS_REVOKE, organization).await?;
    let (before, revision) = unit.invite_links().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = before.revoke(op.now())?;
    unit.commit(Change::InviteLinkRevoked(Changed { before, after })).await?;
    Ok(())
}
