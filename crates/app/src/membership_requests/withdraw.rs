//! Taking one's own request back.

use polity_domain::ids::{MembershipRequestId, OrganizationId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::membership_requests::RequestEnded;

use super::own::own;
use super::view::MembershipRequestView;
use crate::identity::me;
use crate::{AppError, Op};

/// Takes the caller's own request back.
///
/// # Errors
/// 403 `person_required` for a key; 404 for a request that somebody else made; 409 `not_pending`.
#[tracing::instrument(name = "membership_requests.withdraw", skip_all, fields(%organization, %id))]
pub async fn withdraw(
    op: &Op,
    organization: OrganizationId,
    id: MembershipRequestId,
) -> Result<MembershipRequestView, AppError> {
    let user = me(op).await?;
    own(op, organization, id).await?.ok_or_else(AppError::not_found)?;
    let unit = op.own("membership_requests.withdraw", organization).await?;
    if unit.snapshot().stopped(organization).is_some() {
        return Err(AppError::not_found());
    }
    let (before, _) = unit.membership_requests().get(id).await?.ok_or_else(AppError::not_found)?;
    let after = before.end(RequestEnded::Withdrawn, op.now())?;
    let title = unit.snapshot().node(organization).map(|node| node.title.to_string());
    let change = Change::MembershipRequestWithdrawn(Changed { before, after: after.clone() });
    let revision = unit.commit(change).await?;
    Ok(MembershipRequestView::new(op, &title.unwrap_or_default(), after, revision.row(), Some(user)))
}
