//! `GET {O}/role-assignments/{role_assignment_id}`

use polity_app::etag;
use polity_app::role_assignments::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{RoleAssignmentBody, RoleAssignmentPath};

/// Get a role assignment
///
/// Who holds which role where, and until when.
#[utoipa::path(get, path = "/organizations/{organization_id}/role-assignments/{role_assignment_id}",
    operation_id = "get_role_assignment", tag = "Role assignments", params(RoleAssignmentPath),
    responses((status = 200, description = "The assignment", body = RoleAssignmentBody), Problems))]
pub async fn get_role_assignment(
    Caller(op): Caller,
    At(at): At<RoleAssignmentPath>,
) -> Result<Resource<RoleAssignmentBody>, Problem> {
    let (assignment, revision) = get(&op, at.organization_id, at.role_assignment_id).await?;
    Ok(Resource::new(RoleAssignmentBody::from(assignment)).etag(etag(revision)))
}
