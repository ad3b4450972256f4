//! `DELETE {W}/users/{user_id}`

use polity_app::workspaces::users::remove;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::WorkspaceUserPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Remove a user from a workspace
///
/// Ends all roles that they hold on it. They stay a member of the organization.
#[utoipa::path(delete, path = "/organizations/{organization_id}/workspaces/{workspace_id}/users/{user_id}",
    operation_id = "delete_workspace_user", tag = "Workspaces", params(WorkspaceUserPath, ValidateOnly),
    responses((status = 204, description = "They hold no role on it any more"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_workspace_user(
    Caller(op): Caller,
    At(at): At<WorkspaceUserPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = remove(&op, at.of(), &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
