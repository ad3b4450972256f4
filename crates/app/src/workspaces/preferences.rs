//! What the people of a workspace prefer.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::{WORKSPACES_READ, WORKSPACES_UPDATE};
use polity_domain::preferences::{Preferences, PreferencesUpdate};
use polity_domain::workspaces::{Workspace, WorkspacePreferences};

use super::update::open;
use super::view::WorkspaceView;
use crate::preferences::check;
use crate::{AppError, IfMatch, Op};

/// A workspace with what counts there.
#[derive(Debug, Clone)]
pub struct WorkspacePreferencesView {
    /// The workspace with its own preferences.
    pub view: WorkspaceView,
    /// Its own, and for what it does not say those of its organization.
    pub effective: WorkspacePreferences,
}

fn shown(view: WorkspaceView, organization: Preferences) -> WorkspacePreferencesView {
    let own = view.workspace.preferences.clone();
    let effective = WorkspacePreferences {
        locale: own.locale.or(organization.locale),
        time_zone: own.time_zone.or(organization.time_zone),
    };
    WorkspacePreferencesView { view, effective }
}

/// A workspace's preferences.
///
/// # Errors
/// 404 for whoever neither holds a role on it nor may read all of them.
#[tracing::instrument(name = "workspaces.preferences", skip_all, fields(%organization, %id))]
pub async fn preferences(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
) -> Result<WorkspacePreferencesView, AppError> {
    let reader = op.read_on(WORKSPACES_READ, organization, id).await?;
    let found = reader.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
    let (above, _) = reader.preferences().await?;
    Ok(shown(found.into(), above))
}

/// Changes a workspace's preferences.
///
/// # Errors
/// 400 for a locale or time zone that is not well-formed; 412 when `if_match` is another version.
#[tracing::instrument(name = "workspaces.update_preferences", skip_all, fields(%organization, %id))]
pub async fn update_preferences(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
    update: PreferencesUpdate,
    if_match: &IfMatch,
) -> Result<WorkspacePreferencesView, AppError> {
    check(&update)?;
    let opened = open(op, WORKSPACES_UPDATE, organization, id, if_match).await?;
    let (above, _) = opened.unit.preferences().await?;
    let own = opened.before.preferences.clone();
    let preferences = WorkspacePreferences {
        locale: update.locale.unwrap_or(own.locale),
        time_zone: update.time_zone.unwrap_or(own.time_zone),
    };
    let after = Workspace { preferences, ..opened.before.clone() };
    Ok(shown(opened.change(op, after).await?, above))
}
