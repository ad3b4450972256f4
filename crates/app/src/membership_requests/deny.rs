//! Saying no to whoever asked.

use polity_domain::ids::{MembershipRequestId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::membership_requests::{MembershipRequest, RequestEnded};
use polity_domain::permissions::INVITATIONS_CREATE;
use polity_domain::users::User;
use polity_store::Writer;
use polity_store::outbox::Message;

use super::view::MembershipRequestView;
use crate::mail::REQUEST_ANSWERED;
use crate::{AppError, Op};

/// Says no. Who may invite may do so; whoever asked is told by mail.
///
/// # Errors
/// 409 `not_pending`.
#[tracing::instrument(name = "membership_requests.deny", skip_all, fields(%organization, %id))]
pub async fn deny(
    op: &Op,
    organization: OrganizationId,
    id: MembershipRequestId,
) -> Result<MembershipRequestView, AppError> {
    let unit = op.write(INVITATIONS_CREATE, organization).await?;
    let (before, _) = unit.membership_requests().get(id).await?.ok_or_else(AppError::not_found)?;
    let after = before.end(RequestEnded::Denied, op.now())?;
    let (user, _) = unit.user(before.user_id).await?.ok_or_else(AppError::not_found)?;
    let change = Change::MembershipRequestDenied(Changed { before, after: after.clone() });
    answer(op, unit, change, after, user).await
}

/// Commits an answer with the letter that tells it.
pub(super) async fn answer(
    op: &Op,
    unit: Writer,
    change: Change,
    after: MembershipRequest,
    user: User,
) -> Result<MembershipRequestView, AppError> {
    let letter =
        Message { id: op.new_id(), kind: REQUEST_ANSWERED, subject_id: after.id.uuid(), generation: 1 };
    unit.send(letter).await?;
    let title = unit.snapshot().node(unit.organization()).map(|node| node.title.to_string());
    let revision = unit.commit(change).await?;
    Ok(MembershipRequestView::new(op, &title.unwrap_or_default(), after, revision.row(), Some(user)))
}
