//! What a workspace asks beyond what its organization asks.

use std::collections::BTreeMap;

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::WORKSPACES_MANAGE_USERS;
use polity_domain::settings::{Entry, Mode, NARROWING, Value};
use polity_domain::workspaces::Workspace;

use super::update::open;
use super::view::WorkspaceView;
use crate::settings::{place, read};
use crate::{AppError, IfMatch, Op};

/// Changes what a workspace asks of those who are invited into it. What its organization asks holds as well,
/// so a workspace can only narrow it, and nothing that is enforced is in its way. It is for those who say who its
/// people are.
///
/// # Errors
/// 400 `unknown_setting` for a key that workspaces do not have, or for a value that is not the key's; 412.
#[tracing::instrument(name = "workspaces.update_settings", skip_all, fields(%organization, %id))]
pub async fn update_settings(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
    changes: BTreeMap<String, Option<Value>>,
    if_match: &IfMatch,
) -> Result<WorkspaceView, AppError> {
    if let Some(key) = changes.keys().find(|key| !NARROWING.contains(&key.as_str())) {
        return Err(AppError::invalid(place(key), "unknown_setting", "is not a key of workspaces' settings"));
    }
    let entry = |value| Entry { value, mode: Mode::Default };
    let changes = read(changes.into_iter().map(|(key, value)| (key, value.map(entry))).collect())?;
    let opened = open(op, WORKSPACES_MANAGE_USERS, organization, id, if_match).await?;
    let mut settings = opened.before.settings.clone();
    for (key, entry) in changes {
        match entry {
            Some(entry) => settings.insert(key, entry.value),
            None => settings.remove(&key),
        };
    }
    let after = Workspace { settings, ..opened.before.clone() };
    opened.change(op, after).await
}
