//! `PATCH {W}`

use std::collections::BTreeMap;

use garde::Validate;
use polity_app::workspaces::{WorkspaceUpdate, update};
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::WorkspaceBody;
use crate::v1::common::WorkspacePath;

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct WorkspacePatch {
    /// The display name
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 120, example = "Research")]
    title: Option<String>,
    /// The name in URLs
    #[serde(default)]
    #[schema(
        nullable = false,
        min_length = 3,
        max_length = 63,
        pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
        example = "research"
    )]
    slug: Option<String>,
    /// What it is for, one line
    #[serde(default)]
    #[schema(nullable = false, max_length = 500, example = "Everything that is not for sale yet")]
    description: Option<String>,
    /// Labels to set; `null` takes one away, the others stay
    #[serde(default)]
    #[schema(example = json!({"env": "prod", "old": null}))]
    labels: BTreeMap<String, Option<String>>,
}

/// Change a workspace
///
/// Those who hold `workspaces.update` on it, or in the whole organization.
#[utoipa::path(patch, path = "/organizations/{organization_id}/workspaces/{workspace_id}",
    operation_id = "update_workspace", tag = "Workspaces", params(WorkspacePath), request_body = WorkspacePatch,
    responses((status = 200, description = "The workspace as it is now", body = WorkspaceBody), Problems))]
pub async fn update_workspace(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<WorkspacePatch>,
) -> Result<Resource<WorkspaceBody>, Problem> {
    let WorkspacePatch { title, slug, description, labels } = body;
    let change = WorkspaceUpdate { title, slug, description, labels };
    let view = update(&op, at.organization_id, at.workspace_id, change, &if_match).await?;
    Ok(WorkspaceBody::resource(&view))
}
