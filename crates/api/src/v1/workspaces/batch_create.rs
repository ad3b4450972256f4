//! `POST {O}/workspaces/batch-create`

use axum::Json;
use garde::Validate;
use polity_app::workspaces::batch_create;
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::{NewWorkspaceBody, WorkspaceBody};
use crate::v1::common::OrganizationPath;

/// What the new workspaces are to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchCreateWorkspacesBody {
    /// 1 to 100 workspaces
    #[garde(length(min = 1, max = 100), dive)]
    #[schema(min_items = 1, max_items = 100)]
    workspaces: Vec<NewWorkspaceBody>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchCreateWorkspacesAnswer {
    /// The new workspaces, in order
    workspaces: Vec<WorkspaceBody>,
}

/// Create many workspaces
///
/// All of them or none.
#[utoipa::path(post, path = "/organizations/{organization_id}/workspaces/batch-create",
    operation_id = "batch_create_workspaces", tag = "Workspaces", params(OrganizationPath),
    request_body = BatchCreateWorkspacesBody,
    responses((status = 200, description = "All are made", body = BatchCreateWorkspacesAnswer), Problems))]
pub async fn batch_create_workspaces(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<BatchCreateWorkspacesBody>,
) -> Result<Json<BatchCreateWorkspacesAnswer>, Problem> {
    let rows = body.workspaces.into_iter().map(Into::into).collect();
    let made = batch_create(&op, at.organization_id, rows).await?;
    Ok(Json(BatchCreateWorkspacesAnswer { workspaces: made.iter().map(Into::into).collect() }))
}
