//! `POST {O}/workspaces`

use polity_app::workspaces::create;
use polity_web::{At, Body, Caller, Created, Problem, Problems};

use super::bodies::{NewWorkspaceBody, WorkspaceBody};
use crate::v1::common::OrganizationPath;

/// Create a workspace
///
/// Roles with the scope `workspace` can be held on it: Admin, Developer and Viewer are built in. Whoever
/// holds a role on the organization holds its permissions on the workspace as well.
#[utoipa::path(post, path = "/organizations/{organization_id}/workspaces", operation_id = "create_workspace",
    tag = "Workspaces", params(OrganizationPath), request_body = NewWorkspaceBody,
    responses((status = 201, description = "The workspace", body = WorkspaceBody), Problems))]
pub async fn create_workspace(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewWorkspaceBody>,
) -> Result<Created<WorkspaceBody>, Problem> {
    let view = create(&op, at.organization_id, body.into()).await?;
    Ok(WorkspaceBody::created(&view))
}
