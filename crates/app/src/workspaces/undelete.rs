//! Restoring a deleted workspace.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::WORKSPACES_DELETE;

use super::create::check_room;
use super::view::WorkspaceView;
use crate::{AppError, Op};

/// Restores a deleted workspace, until it is purged, and with it the access of those who hold roles on it.
/// A deleted workspace has no people, so this is for those who may delete any workspace of the organization.
///
/// # Errors
/// 409 `slug_taken` when another workspace has its slug by now, `wrong_state` when it is not deleted or its
/// time is over.
#[tracing::instrument(name = "workspaces.undelete", skip_all, fields(%organization, %id))]
pub async fn undelete(
    op: &Op,
    organization: OrganizationId,
    id: WorkspaceId,
) -> Result<WorkspaceView, AppError> {
    let unit = op.write(WORKSPACES_DELETE, organization).await?;
    let (before, _) = unit.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
    let after = before.undelete(op.now())?;
    check_room(&unit).await?;
    let change = Change::WorkspaceUndeleted(Changed { before, after: after.clone() });
    let revision = unit.commit(change).await?;
    Ok((after, revision.row()).into())
}
