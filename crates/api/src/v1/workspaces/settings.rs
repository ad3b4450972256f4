//! `GET PATCH {W}/settings`

use std::collections::BTreeMap;

use garde::Validate;
use polity_app::workspaces::{WorkspaceView, get, update_settings};
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::common::{WorkspacePath, workspace_name};
use crate::v1::settings::SettingValue;

/// What a workspace has set itself.
#[derive(Serialize, ToSchema)]
pub struct WorkspaceSettingsBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/workspaces/wks_01h455vb4pex5vsknk084sn02q/settings"
    )]
    name: String,
    /// What is set, by key
    #[schema(example = json!({"invitations.allowed_email_domains": {"value": ["example.com"]}}))]
    settings: BTreeMap<String, WorkspaceSettingBody>,
}

/// A key's value.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceSettingBody {
    /// The value, of the key's type
    value: SettingValue,
}

impl WorkspaceSettingsBody {
    fn resource(view: WorkspaceView) -> Resource<Self> {
        let tag = view.etag();
        let workspace = view.workspace;
        let shown = |value| WorkspaceSettingBody { value: SettingValue::from(value) };
        let body = Self {
            name: format!("{}/settings", workspace_name(workspace.organization_id, workspace.id)),
            settings: workspace.settings.into_iter().map(|(key, value)| (key, shown(value))).collect(),
        };
        Resource::new(body).etag(tag)
    }
}

/// What to set.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct WorkspaceSettingsPatch {
    /// Keys to set; `null` takes away what was set, the others stay
    #[schema(value_type = BTreeMap<String, WorkspaceSettingBody>, example = json!({"invitations.max_ttl_seconds": {"value": 86400}}))]
    settings: BTreeMap<String, Option<WorkspaceSettingBody>>,
}

/// Get what a workspace has set
///
/// What it asks of those who are invited into it: `invitations.allowed_email_domains` and
/// `invitations.max_ttl_seconds`. What its organization asks holds as well. The tag is the workspace's.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}/settings",
    operation_id = "get_workspace_settings", tag = "Workspaces", params(WorkspacePath),
    responses((status = 200, description = "What it has set", body = WorkspaceSettingsBody), Problems))]
pub async fn get_workspace_settings(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
) -> Result<Resource<WorkspaceSettingsBody>, Problem> {
    Ok(WorkspaceSettingsBody::resource(get(&op, at.organization_id, at.workspace_id).await?))
}

/// Change what a workspace has set
///
/// For those who manage its people. It narrows what its organization allows and never widens it, so nothing that is
/// enforced is in its way.
#[utoipa::path(patch, path = "/organizations/{organization_id}/workspaces/{workspace_id}/settings",
    operation_id = "update_workspace_settings", tag = "Workspaces", params(WorkspacePath),
    request_body = WorkspaceSettingsPatch,
    responses((status = 200, description = "What it has set now", body = WorkspaceSettingsBody), Problems))]
pub async fn update_workspace_settings(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<WorkspaceSettingsPatch>,
) -> Result<Resource<WorkspaceSettingsBody>, Problem> {
    let value = |entry: WorkspaceSettingBody| entry.value.into();
    let changes = body.settings.into_iter().map(|(key, entry)| (key, entry.map(value))).collect();
    let view = update_settings(&op, at.organization_id, at.workspace_id, changes, &if_match).await?;
    Ok(WorkspaceSettingsBody::resource(view))
}
