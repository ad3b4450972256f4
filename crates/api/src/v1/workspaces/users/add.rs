//! `POST {W}/users`

use garde::Validate;
use polity_app::workspaces::users::{UserOf, add};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::WorkspaceUserBody;
use crate::v1::common::{RoleRef, UserRef, WorkspacePath};

/// Whom to add, as what.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewWorkspaceUserBody {
    /// Who, by id or resource name: a member of the organization
    #[garde(skip)]
    user: UserRef,
    /// The roles on the workspace, by id or resource name; none: Viewer
    #[serde(default)]
    #[garde(length(max = 20))]
    #[schema(max_items = 20)]
    roles: Vec<RoleRef>,
}

/// Add a user to a workspace
///
/// A member of the organization; others are invited. Nobody gives a role with more permissions than they
/// hold on the workspace.
#[utoipa::path(post, path = "/organizations/{organization_id}/workspaces/{workspace_id}/users",
    operation_id = "add_workspace_user", tag = "Workspaces", params(WorkspacePath),
    request_body = NewWorkspaceUserBody,
    responses((status = 201, description = "The person", body = WorkspaceUserBody), Problems))]
pub async fn add_workspace_user(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    Body(body): Body<NewWorkspaceUserBody>,
) -> Result<Created<WorkspaceUserBody>, Problem> {
    let of = UserOf { organization: at.organization_id, workspace: at.workspace_id, user: body.user.0 };
    let shown = add(&op, of, body.roles.into_iter().map(|role| role.0).collect()).await?;
    let tag = shown.etag();
    let body = WorkspaceUserBody::from(shown);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
