//! The caller's own workspaces.

use polity_domain::ids::OrganizationId;

use super::list::seen;
use super::view::WorkspaceView;
use crate::{AppError, Caller, ListParams, Listing, Op};

/// The workspaces of an organization on which the caller holds a role, or all when a role on the
/// organization covers them.
///
/// # Errors
/// 403 `person_required` for a key; 404 for one who has no part in the organization.
#[tracing::instrument(name = "workspaces.mine", skip_all, fields(%organization))]
pub async fn mine(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<WorkspaceView>, AppError> {
    if let Caller::ApiKey { .. } = op.caller() {
        return Err(AppError::person_required("A key works in no workspace of its own."));
    }
    seen(op, organization, "me/workspaces", false, params).await
}
