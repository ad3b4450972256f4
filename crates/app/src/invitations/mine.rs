//! The caller's own invitations.

use super::view::{InvitationView, Titled, views_of};
use crate::{AppError, Op};

/// The open invitations for the caller's proven address, newest first.
#[tracing::instrument(name = "invitations.mine", skip_all)]
pub async fn mine(op: &Op) -> Result<Vec<InvitationView>, AppError> {
    let user = crate::identity::me(op).await?;
    let mut open = Vec::new();
    for invitation in op.store().invitations_for(&[user.email.canonical().to_owned()], op.now()).await? {
        let Some(snapshot) = op.store().snapshot(invitation.organization_id).await? else { continue };
        let organization = invitation.organization_id;
        if snapshot.stopped(organization).is_some() {
            continue;
        }
        let workspace = invitation.workspace_id;
        if workspace.is_some_and(|workspace| !snapshot.has_workspace(organization, workspace)) {
            continue;
        }
        let title = snapshot.node(organization).map(|node| node.title.to_string());
        open.push(Titled { organization_title: title.unwrap_or_default(), invitation, revision: 0 });
    }
    views_of(op, open).await
}
