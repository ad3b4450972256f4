//! `DELETE {O}/role-assignments/{role_assignment_id}`

use polity_app::role_assignments::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::RoleAssignmentPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Withdraw a role
///
/// Only whoever could grant all that the holder holds directly takes from them; the last owner stays.
#[utoipa::path(delete, path = "/organizations/{organization_id}/role-assignments/{role_assignment_id}",
    operation_id = "delete_role_assignment", tag = "Role assignments", params(RoleAssignmentPath, ValidateOnly),
    responses((status = 204, description = "It is withdrawn"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_role_assignment(
    Caller(op): Caller,
    At(at): At<RoleAssignmentPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = delete(&op, at.organization_id, at.role_assignment_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
