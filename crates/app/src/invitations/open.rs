//! Where the right to an invitation is judged: in the whole organization, or on the workspace that it leads
//! to for those who hold the right there only.

use polity_domain::ids::{InvitationId, OrganizationId, WorkspaceId};
use polity_domain::permissions::{Action, INVITATIONS_READ, Write};
use polity_store::{Reader, Writer};

use crate::{AppError, Kind, Op};

/// Opens an invitation for reading.
pub(super) async fn read(
    op: &Op,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Reader, AppError> {
    match op.read(INVITATIONS_READ, organization).await {
        Err(refused) if refused.kind == Kind::Forbidden => match workspace_of(op, organization, id).await? {
            Some(workspace) => {
                op.read_on(INVITATIONS_READ, organization, workspace).await.map_err(|_| refused)
            }
            None => Err(refused),
        },
        opened => opened,
    }
}

/// Opens an invitation for changing.
pub(super) async fn write(
    op: &Op,
    action: Action<Write>,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Writer, AppError> {
    match op.write(action, organization).await {
        Err(refused) if refused.kind == Kind::Forbidden => match workspace_of(op, organization, id).await? {
            Some(workspace) => op.write_on(action, organization, workspace).await.map_err(|_| refused),
            None => Err(refused),
        },
        opened => opened,
    }
}

/// Whether an invitation may be changed: for what must happen before the lock.
pub(super) async fn may(
    op: &Op,
    action: Action<Write>,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Reader, AppError> {
    match op.may(action, organization).await {
        Err(refused) if refused.kind == Kind::Forbidden => match workspace_of(op, organization, id).await? {
            Some(workspace) => op.may_on(action, organization, workspace).await.map_err(|_| refused),
            None => Err(refused),
        },
        opened => opened,
    }
}

/// The workspace that an invitation of this organization leads to.
async fn workspace_of(
    op: &Op,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<Option<WorkspaceId>, AppError> {
    let found = op.store().invitation_by_id(id).await?;
    let own = found.filter(|invitation| invitation.organization_id == organization);
    Ok(own.and_then(|invitation| invitation.workspace_id))
}

/// Opens an organization, or one of its workspaces, for inviting. Of a workspace that is not there, or not
/// the caller's to know of, those who may invite into the organization are told in the field.
pub(super) async fn invite(
    op: &Op,
    action: Action<Write>,
    organization: OrganizationId,
    workspace: Option<WorkspaceId>,
) -> Result<Writer, AppError> {
    let Some(workspace) = workspace else { return op.write(action, organization).await };
    match op.write_on(action, organization, workspace).await {
        Err(error) if error.kind == Kind::NotFound => {
            op.may(action, organization).await?;
            Err(unknown_workspace())
        }
        opened => opened,
    }
}

/// Whether somebody may be invited there: for what must happen before the lock.
pub(super) async fn may_invite(
    op: &Op,
    action: Action<Write>,
    organization: OrganizationId,
    workspace: Option<WorkspaceId>,
) -> Result<(), AppError> {
    let Some(workspace) = workspace else { return op.may(action, organization).await.map(|_| ()) };
    match op.may_on(action, organization, workspace).await {
        Err(error) if error.kind == Kind::NotFound => {
            op.may(action, organization).await?;
            Err(unknown_workspace())
        }
        opened => opened.map(|_| ()),
    }
}

/// There is no such workspace in the organization.
pub(super) fn unknown_workspace() -> AppError {
    AppError::invalid("/workspace_id", "unknown_workspace", "is not a living workspace of this organization")
}
