//! Taking somebody in who asked.

use polity_domain::ids::{MembershipRequestId, OrganizationId, RoleId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::members::Joined;
use polity_domain::membership_requests::RequestEnded;
use polity_domain::permissions::INVITATIONS_CREATE;

use super::deny::answer;
use super::view::MembershipRequestView;
use crate::invitations::offered;
use crate::members::{Offer, joining};
use crate::role_assignments::check_offer;
use crate::{AppError, Op};

/// Takes whoever asked in, with these roles (none: Member). Who may invite may do so, and grants no more than they
/// hold. They are told by mail.
///
/// # Errors
/// 400 `unknown_role`; 403 `cannot_grant`; 409 `not_pending`, `already_member`, `refused_by_settings`,
/// `email_domain_blocked`, `seat_limit`.
#[tracing::instrument(name = "membership_requests.approve", skip_all, fields(%organization, %id))]
pub async fn approve(
    op: &Op,
    organization: OrganizationId,
    id: MembershipRequestId,
    roles: Vec<RoleId>,
) -> Result<MembershipRequestView, AppError> {
    let mut unit = op.write(INVITATIONS_CREATE, organization).await?;
    let (before, _) = unit.membership_requests().get(id).await?.ok_or_else(AppError::not_found)?;
    let after = before.end(RequestEnded::Approved, op.now())?;
    let roles = offered(None, roles);
    check_offer(op, &unit, None, &roles)?;
    let (user, _) = unit.user(before.user_id).await?.ok_or_else(AppError::not_found)?;
    let offer = Offer { workspace: None, roles: &roles, groups: &[] };
    let joined = Joined::Request { membership_request_id: id };
    let (_, changes) = joining(op, &unit, offer, &user, joined).await?;
    for change in changes {
        unit.record(change).await?;
    }
    let change = Change::MembershipRequestApproved(Changed { before, after: after.clone() });
    answer(op, unit, change, after, user).await
}
