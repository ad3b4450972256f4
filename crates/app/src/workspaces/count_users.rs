//! How many people work in workspaces.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::WORKSPACES_READ;
use polity_domain::roles::ResourceRef;

use crate::changes::{at_row, check_rows};
use crate::{AppError, Op};

/// How many people hold a role on each of up to 1000 workspaces, in the order in which they were named. One
/// statement, whatever their number.
///
/// # Errors
/// 404, with the row in the field, for a workspace that the caller may not see.
#[tracing::instrument(name = "workspaces.count_users", skip_all, fields(%organization, rows = ids.len()))]
pub async fn count_users(
    op: &Op,
    organization: OrganizationId,
    ids: &[WorkspaceId],
) -> Result<Vec<(WorkspaceId, u64)>, AppError> {
    check_rows(ids.len(), "/workspace_ids")?;
    let reader = op.read_part(WORKSPACES_READ, organization).await?;
    let principal = op.principal()?;
    for (row, id) in ids.iter().enumerate() {
        let resource = ResourceRef::workspace(*id);
        let snapshot = reader.snapshot();
        let seen =
            snapshot.check(&principal, WORKSPACES_READ.index(), organization, Some(&resource), op.moment());
        if !seen.allowed() {
            return Err(at_row(AppError::not_found(), "/workspace_ids", row));
        }
    }
    let counts = reader.workspaces().count_users(ids, op.now()).await?;
    Ok(ids.iter().map(|id| (*id, counts.get(id).copied().unwrap_or_default())).collect())
}
