//! The settings as other rooms obey them.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::settings::{Policy, chain};
use polity_store::Writer;

use crate::AppError;

/// What counts in an organization of the unit's trees: read in the transaction that obeys it.
pub(crate) async fn policy(unit: &Writer, organization: OrganizationId) -> Result<Policy, AppError> {
    let lineage = unit.settings_of(organization).lineage().await?;
    Ok(Policy::new(organization, chain(lineage)))
}

/// Everything that counts for a workspace of the unit's organization, or (none) for the whole of it.
pub(crate) async fn policy_in(unit: &Writer, workspace: Option<WorkspaceId>) -> Result<Policy, AppError> {
    let policy = policy(unit, unit.organization()).await?;
    let Some(id) = workspace else { return Ok(policy) };
    let found = unit.workspaces().get(id).await?;
    Ok(policy.narrowed(found.map(|(workspace, _)| workspace.settings).unwrap_or_default()))
}

/// A field's value is against the settings (400).
pub(crate) fn against_settings(field: &str, detail: impl Into<String>) -> AppError {
    AppError::invalid(field, "against_settings", detail)
}

/// The settings do not allow it (409).
pub(crate) fn refused_by_settings(detail: &'static str) -> AppError {
    AppError::conflict("refused_by_settings", detail)
}
