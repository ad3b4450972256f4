//! `GET PATCH {W}/preferences`

use garde::Validate;
use polity_app::workspaces::{WorkspacePreferencesView, preferences, update_preferences};
use polity_domain::preferences::PreferencesUpdate;
use polity_domain::workspaces::WorkspacePreferences;
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::common::{WorkspacePath, workspace_name};

/// What the people of a workspace prefer.
#[derive(Serialize, ToSchema)]
pub struct WorkspacePreferencesBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/workspaces/wks_01h455vb4pex5vsknk084sn02q/preferences"
    )]
    name: String,
    #[serde(flatten)]
    own: WorkspacePreferencesValues,
    /// What counts: the workspace's own, and for what it does not say the organization's
    effective: WorkspacePreferencesValues,
}

/// A language and a time zone, as far as they are said.
#[derive(Serialize, ToSchema)]
pub struct WorkspacePreferencesValues {
    /// The language and region that its people read: a BCP 47 tag
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "de-AT")]
    locale: Option<String>,
    /// Where its days begin: a name of the IANA time zone database
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "Europe/Vienna")]
    time_zone: Option<String>,
}

impl From<WorkspacePreferences> for WorkspacePreferencesValues {
    fn from(WorkspacePreferences { locale, time_zone }: WorkspacePreferences) -> Self {
        Self { locale, time_zone }
    }
}

impl WorkspacePreferencesBody {
    fn resource(WorkspacePreferencesView { view, effective }: WorkspacePreferencesView) -> Resource<Self> {
        let tag = view.etag();
        let workspace = view.workspace;
        let body = Self {
            name: format!("{}/preferences", workspace_name(workspace.organization_id, workspace.id)),
            own: workspace.preferences.into(),
            effective: effective.into(),
        };
        Resource::new(body).etag(tag)
    }
}

/// What to change; what is absent stays as it is, and `null` takes away.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct WorkspacePreferencesPatch {
    /// The language and region that its people read: a BCP 47 tag
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 2, max_length = 35, example = "de-AT")]
    locale: Maybe<String>,
    /// Where its days begin: a name of the IANA time zone database
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, example = "Europe/Vienna")]
    time_zone: Maybe<String>,
}

/// Get what the people of a workspace prefer
///
/// With what counts there. Invitations into the workspace are written in its language unless they name another one.
/// The tag is the workspace's.
#[utoipa::path(get, path = "/organizations/{organization_id}/workspaces/{workspace_id}/preferences",
    operation_id = "get_workspace_preferences", tag = "Workspaces", params(WorkspacePath),
    responses((status = 200, description = "The preferences", body = WorkspacePreferencesBody), Problems))]
pub async fn get_workspace_preferences(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
) -> Result<Resource<WorkspacePreferencesBody>, Problem> {
    let view = preferences(&op, at.organization_id, at.workspace_id).await?;
    Ok(WorkspacePreferencesBody::resource(view))
}

/// Change what the people of a workspace prefer
///
/// What is absent stays as it is, and `null` takes away: then the organization's counts.
#[utoipa::path(patch, path = "/organizations/{organization_id}/workspaces/{workspace_id}/preferences",
    operation_id = "update_workspace_preferences", tag = "Workspaces", params(WorkspacePath),
    request_body = WorkspacePreferencesPatch,
    responses((status = 200, description = "The preferences as they are now", body = WorkspacePreferencesBody),
        Problems))]
pub async fn update_workspace_preferences(
    Caller(op): Caller,
    At(at): At<WorkspacePath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<WorkspacePreferencesPatch>,
) -> Result<Resource<WorkspacePreferencesBody>, Problem> {
    let change = PreferencesUpdate {
        locale: body.locale.change(),
        time_zone: body.time_zone.change(),
        ..PreferencesUpdate::default()
    };
    let view = update_preferences(&op, at.organization_id, at.workspace_id, change, &if_match).await?;
    Ok(WorkspacePreferencesBody::resource(view))
}
