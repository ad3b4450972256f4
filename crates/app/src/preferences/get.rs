//! Reading an organization's preferences.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::PREFERENCES_READ;
use polity_domain::preferences::Preferences;
use polity_store::Writer;

use crate::{AppError, Op};

/// An organization's preferences, with the revision of their last change; 0: they were never changed.
#[tracing::instrument(name = "preferences.get", skip_all, fields(%organization))]
pub async fn get(op: &Op, organization: OrganizationId) -> Result<(Preferences, i64), AppError> {
    let reader = op.read(PREFERENCES_READ, organization).await?;
    Ok(reader.preferences().await?)
}

/// The language that the unit's organization writes in, or one of its workspaces.
pub(crate) async fn locale_in(
    unit: &Writer,
    workspace: Option<WorkspaceId>,
) -> Result<Option<String>, AppError> {
    let own = match workspace {
        Some(id) => unit.workspaces().get(id).await?.and_then(|(workspace, _)| workspace.preferences.locale),
        None => None,
    };
    match own {
        None => Ok(unit.preferences().await?.0.locale),
        own => Ok(own),
    }
}
