//! `POST {W}/clone`

use garde::Validate;
use polity_app::workspaces::{Clone, clone};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::WorkspaceBody;
use crate::v1::common::WorkspacePath;

/// What the new workspace is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct CloneWorkspaceBody {
    /// The display name
    #[schema(min_length = 1, max_length = 120, example = "Research of the north")]
    title: String,
    /// The name in URLs; none: made from the title
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 3,
        max_length = 63,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "research-north"
    )]
    slug: Option<String>,
    /// Whether those who hold roles on the model hold the same on the new one
    #[serde(default)]
    #[schema(default = false)]
    copy_users: bool,
}

/// Create a workspace after another one
///
/// With its description and labels. With `copy_users` also with the roles that are held on it, at most 1000:
/// that takes the right to manage its users, and nobody copies a role with more permissions than they hold in
/// the organization.
#[utoipa::path(post, path = "/organizations/{organization_id}/workspaces/{workspace_id}/clone",
    operation_id = "clone_workspace", tag = "Workspaces", params(WorkspacePath), request_body = CloneWorkspaceBody,
    responses((status = 201, description = "The new workspace", body = WorkspaceBody), Problems))]
pub async fn clone_workspace(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    Body(body): Body<CloneWorkspaceBody>,
) -> Result<Created<WorkspaceBody>, Problem> {
    let CloneWorkspaceBody { title, slug, copy_users } = body;
    let view = clone(&op, at.organization_id, at.workspace_id, Clone { title, slug, copy_users }).await?;
    Ok(WorkspaceBody::created(&view))
}
