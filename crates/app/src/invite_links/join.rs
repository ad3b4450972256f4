//! Joining by a link.

use polity_domain::invite_links::{InviteLink, InviteLinkUsed};
use polity_domain::ledger::event::Change;
use polity_domain::members::{Joined, Member};
use polity_domain::permissions::INVITE_LINKS_CREATE;

use super::token::find;
use crate::identity::me;
use crate::members::{Offer, check_sponsor, check_there, joining};
use crate::{AppError, Op};

/// What joining made.
pub struct JoinedByLink {
    /// The link, used once more.
    pub link: InviteLink,
    /// The membership.
    pub member: Member,
}

/// Joins the signed-in person by a link's token. Everything is judged under the lock of the tree, so that of
/// many who come at once no more get in than the link, or the organization, has room for.
///
/// # Errors
/// 401 for nobody; 403 `person_required` for a key, `wrong_email_domain`; 404 for a token that opens nothing; 409 `revoked`,
/// `exhausted`, `expired`, `already_member`, `already_used`, `inviter_lost_rights`, `refused_by_settings`,
/// `email_domain_blocked`, `seat_limit`, `workspace_deleted`.
#[tracing::instrument(name = "invite_links.join", skip_all)]
pub async fn join(op: &Op, token: &str) -> Result<JoinedByLink, AppError> {
    // An account's address is proven: there is none before that.
    let user = me(op).await?;
    let actor = op.person().ok_or_else(AppError::unauthenticated)?;
    let link = find(op, token).await?;
    link.usable(&user.email, op.now())?;
    let mut unit = op.bearer("invite_links.join", link.organization_id, &[], actor).await?;
    let (before, _) = unit.invite_links().get(link.id).await?.ok_or_else(AppError::not_found)?;
    let after = before.join(&user.email, op.now())?;
    let offer = Offer { workspace: before.workspace_id, roles: &before.roles, groups: &[] };
    check_there(&unit, offer)?;
    check_sponsor(op, &unit, offer, &before.sponsor, INVITE_LINKS_CREATE)?;
    let joined = Joined::InviteLink { invite_link_id: before.id };
    let (member, changes) = joining(op, &unit, offer, &user, joined).await?;
    // Who has it all takes nobody's place.
    if changes.is_empty() {
        return Err(AppError::conflict("already_member", "This person is a member already."));
    }
    // Who was removed does not come back by a link that they kept.
    if unit.invite_links().was_used_by(before.id, user.id).await? {
        let detail = "You have joined by this link before; ask to be invited again.";
        return Err(AppError::conflict("already_used", detail));
    }
    for change in changes {
        unit.record(change).await?;
    }
    let change = Change::InviteLinkUsed(InviteLinkUsed { before, after: after.clone(), user_id: user.id });
    unit.commit(change).await?;
    Ok(JoinedByLink { link: after, member })
}
