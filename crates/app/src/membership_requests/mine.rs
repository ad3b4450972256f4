//! The caller's own requests.

use super::view::MembershipRequestView;
use crate::{AppError, Op};

/// What the caller has asked for, newest first, however it ended. Organizations that are stopped are left out.
#[tracing::instrument(name = "membership_requests.mine", skip_all)]
pub async fn mine(op: &Op) -> Result<Vec<MembershipRequestView>, AppError> {
    let user = crate::identity::me(op).await?;
    let mut shown = Vec::new();
    for (request, revision) in op.store().membership_requests_of(user.id).await? {
        let organization = request.organization_id;
        let Some(snapshot) = op.snapshot(organization).await? else { continue };
        if snapshot.stopped(organization).is_some() {
            continue;
        }
        let title = snapshot.node(organization).map(|node| node.title.to_string()).unwrap_or_default();
        shown.push(MembershipRequestView::new(op, &title, request, revision, Some(user.clone())));
    }
    Ok(shown)
}
