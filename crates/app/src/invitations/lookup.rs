//! What a link's holder may know before they answer.

use polity_domain::invitations::InvitationState;
use polity_domain::time::Time;

use super::token::Handle;
use super::view::workspace_title;
use crate::{AppError, Op};

/// What a link's holder may know: enough to decide, nothing about others.
#[derive(Debug, Clone)]
pub struct Lookup {
    /// The organization's title.
    pub organization_title: String,
    /// The title of the workspace that it leads to.
    pub workspace_title: Option<String>,
    /// The address that was invited: the holder's own.
    pub email: String,
    /// Where the invitation stands.
    pub state: InvitationState,
    /// Until when it can be accepted.
    pub expire_time: Time,
    /// Whether there is an account for the address, to sign in with.
    pub account_exists: bool,
}

/// Looks an invitation up by its mailed token. It changes nothing: mail scanners open links too.
#[tracing::instrument(name = "invitations.lookup", skip_all)]
pub async fn lookup(op: &Op, handle: &Handle) -> Result<Lookup, AppError> {
    let invitation = handle.find(op).await?;
    let snapshot = op.store().snapshot(invitation.organization_id).await?.ok_or_else(AppError::not_found)?;
    if snapshot.stopped(invitation.organization_id).is_some() {
        return Err(AppError::not_found());
    }
    let node = snapshot.node(invitation.organization_id).ok_or_else(AppError::not_found)?;
    let workspace = workspace_title(op, &invitation).await?;
    // It leads into a workspace that was purged.
    if workspace.is_none() && invitation.workspace_id.is_some() {
        return Err(AppError::not_found());
    }
    let account = op.store().user_by_email(invitation.email.canonical()).await?;
    Ok(Lookup {
        organization_title: node.title.to_string(),
        workspace_title: workspace,
        email: invitation.email.as_str().to_owned(),
        state: invitation.state(op.now()),
        expire_time: invitation.expire_time,
        account_exists: account.is_some(),
    })
}
