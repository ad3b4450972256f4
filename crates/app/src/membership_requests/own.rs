//! The caller's own requests.

use polity_domain::ids::{MembershipRequestId, OrganizationId};
use polity_domain::membership_requests::MembershipRequest;

use crate::{AppError, Caller, Op};

/// A request of an organization, if the caller is who made it.
pub(super) async fn own(
    op: &Op,
    organization: OrganizationId,
    id: MembershipRequestId,
) -> Result<Option<(MembershipRequest, i64)>, AppError> {
    let Caller::User { user_id, .. } = op.caller() else { return Ok(None) };
    let found = op.store().membership_request_by_id(id).await?;
    Ok(found.filter(|(request, _)| request.organization_id == organization && request.user_id == *user_id))
}
