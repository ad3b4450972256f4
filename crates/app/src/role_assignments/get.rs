//! Looking at one role assignment.

use polity_domain::ids::{OrganizationId, RoleAssignmentId};
use polity_domain::permissions::ROLE_ASSIGNMENTS_READ;

use super::AssignmentView;
use crate::{AppError, Op};

/// One role assignment of an organization, also when it has expired.
///
/// # Errors
/// 404 for one of another organization.
#[tracing::instrument(name = "role_assignments.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: RoleAssignmentId,
) -> Result<AssignmentView, AppError> {
    let reader = op.read(ROLE_ASSIGNMENTS_READ, organization).await?;
    reader.role_assignments().get(id).await?.ok_or_else(AppError::not_found)
}
