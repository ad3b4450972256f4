//! Deleting a workspace, restorable for a while.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::WORKSPACES_DELETE;

use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Deletes a workspace: it is restorable until it is purged. The roles that are held on it stay and allow
/// nothing, invitations into it cannot be accepted, and its slug is free at once.
///
/// # Errors
/// 412 when `if_match` is another version.
#[tracing::instrument(name = "workspaces.delete", skip_all, fields(%organization, %id))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write_on(WORKSPACES_DELETE, organization, id).await?;
    let (before, revision) = unit.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let after = before.delete(op.settings().deleted_retention_seconds, op.now())?;
    let change = Change::WorkspaceDeleted(Changed { before, after });
    carry_out(unit, vec![change], validate_only).await.map(|preview| outcome((), preview))
}
