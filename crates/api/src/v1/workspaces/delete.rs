//! `DELETE {W}`

use polity_app::workspaces::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use crate::v1::common::WorkspacePath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Delete a workspace
///
/// It can be restored for a while (30 days unless configured otherwise). Until then it is not there for
/// anybody, the roles that are held on it allow nothing, and its slug is free.
#[utoipa::path(delete, path = "/organizations/{organization_id}/workspaces/{workspace_id}",
    operation_id = "delete_workspace", tag = "Workspaces", params(WorkspacePath, ValidateOnly),
    responses((status = 204, description = "It is deleted"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_workspace(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = delete(&op, at.organization_id, at.workspace_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
