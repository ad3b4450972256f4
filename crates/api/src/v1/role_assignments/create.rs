//! `POST {O}/role-assignments`

use polity_app::etag;
use polity_app::role_assignments::create;
use polity_web::{At, Body, Caller, Created, Params, Problem, Problems};

use super::bodies::{NewRoleAssignmentBody, RoleAssignmentBody};
use crate::v1::common::OrganizationPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Assign a role
///
/// Nobody assigns a role with more permissions than they hold. With a `condition` the role counts only where that is
/// met, and is nobody's to hand on.
#[utoipa::path(post, path = "/organizations/{organization_id}/role-assignments",
    operation_id = "create_role_assignment", tag = "Role assignments", params(OrganizationPath, ValidateOnly),
    request_body = NewRoleAssignmentBody,
    responses((status = 201, description = "The assignment", body = RoleAssignmentBody),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn create_role_assignment(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<NewRoleAssignmentBody>,
) -> Result<Previewed<Created<RoleAssignmentBody>>, Problem> {
    let outcome = create(&op, at.organization_id, body.read("")?, look.asked()).await?;
    Ok(Previewed::new(outcome, |(assignment, revision)| {
        let body = RoleAssignmentBody::from(assignment);
        let location = format!("/api/v1/{}", body.name);
        Created::new(body, location).etag(etag(revision))
    }))
}
