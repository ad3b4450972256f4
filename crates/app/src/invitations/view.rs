//! An invitation as doors show it.

use std::collections::HashMap;

use polity_domain::ids::{UserId, WorkspaceId};
use polity_domain::invitations::{Invitation, InvitationState};
use polity_domain::roles::Principal;
use polity_domain::users::User;
use polity_store::Writer;

use crate::{AppError, Op};

/// An invitation with what a reader wants beside it.
#[derive(Debug, Clone)]
pub struct InvitationView {
    /// The invitation.
    pub invitation: Invitation,
    /// The revision of its last change.
    pub revision: i64,
    /// Where it stands now.
    pub state: InvitationState,
    /// The organization's title.
    pub organization_title: String,
    /// The title of the workspace that it leads to.
    pub workspace_title: Option<String>,
    /// Who vouches for it, when that is a person.
    pub inviter: Option<User>,
    /// What became of its last mail.
    pub delivery: Option<Delivery>,
}

/// What became of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delivery {
    /// It waits to be sent, or to be tried again.
    Queued,
    /// It left.
    Sent,
    /// It was refused for good.
    Failed,
}

/// Several invitations of one organization as doors show them; the inviters and workspaces in one question
/// each.
pub async fn views(
    op: &Op,
    organization_title: &str,
    invitations: Vec<(Invitation, i64)>,
) -> Result<Vec<InvitationView>, AppError> {
    let inviters: Vec<UserId> =
        invitations.iter().filter_map(|(invitation, _)| inviter(invitation)).collect();
    let workspaces: Vec<WorkspaceId> =
        invitations.iter().filter_map(|(invitation, _)| invitation.workspace_id).collect();
    let titles = match invitations.first() {
        Some((first, _)) => op.store().workspace_titles(first.organization_id, &workspaces).await?,
        None => HashMap::new(),
    };
    let users = op.store().users(&inviters).await?;
    let users: HashMap<UserId, User> = users.into_iter().map(|user| (user.id, user)).collect();
    let shown = invitations.into_iter().map(|(invitation, revision)| InvitationView {
        state: invitation.state(op.now()),
        organization_title: organization_title.to_owned(),
        workspace_title: invitation.workspace_id.and_then(|id| titles.get(&id).cloned()),
        inviter: inviter(&invitation).and_then(|id| users.get(&id).cloned()),
        delivery: None,
        revision,
        invitation,
    });
    Ok(shown.collect())
}

/// What is shown beside an invitation, read before the unit ends: afterwards nothing may fail any more.
pub(super) struct Shown {
    organization_title: String,
    workspace_title: Option<String>,
    inviter: Option<User>,
}

impl Shown {
    /// Reads it.
    pub async fn before(unit: &Writer, title: &str, invitation: &Invitation) -> Result<Self, AppError> {
        let inviter = match inviter(invitation) {
            Some(id) => unit.user(id).await?.map(|(user, _)| user),
            None => None,
        };
        let workspace = match invitation.workspace_id {
            Some(id) => unit.workspaces().get(id).await?,
            None => None,
        };
        let workspace_title = workspace.map(|(workspace, _)| workspace.title);
        Ok(Self { organization_title: title.to_owned(), workspace_title, inviter })
    }

    /// The view of an invitation whose mail was queued just now.
    pub fn queued(self, op: &Op, invitation: Invitation, revision: i64) -> InvitationView {
        InvitationView { delivery: Some(Delivery::Queued), ..self.undelivered(op, invitation, revision) }
    }

    /// The view of an invitation, without what became of its mail.
    pub fn undelivered(self, op: &Op, invitation: Invitation, revision: i64) -> InvitationView {
        let state = invitation.state(op.now());
        let Self { organization_title, workspace_title, inviter } = self;
        InvitationView {
            invitation,
            revision,
            state,
            organization_title,
            workspace_title,
            inviter,
            delivery: None,
        }
    }
}

/// One invitation as doors show it, with its delivery.
pub async fn view(
    op: &Op,
    organization_title: &str,
    invitation: Invitation,
    revision: i64,
) -> Result<InvitationView, AppError> {
    let last = op.store().outbox_last(invitation.id.uuid()).await?;
    let delivery = last.map(|mail| match (mail.sent_time, mail.failed_time) {
        (Some(_), _) => Delivery::Sent,
        (None, Some(_)) => Delivery::Failed,
        (None, None) => Delivery::Queued,
    });
    let inviter = match inviter(&invitation) {
        Some(id) => op.store().user(id).await?.map(|(user, _)| user),
        None => None,
    };
    let state = invitation.state(op.now());
    let organization_title = organization_title.to_owned();
    let workspace_title = workspace_title(op, &invitation).await?;
    Ok(InvitationView { invitation, revision, state, organization_title, workspace_title, inviter, delivery })
}

/// The title of the workspace that an invitation leads to.
pub(super) async fn workspace_title(op: &Op, invitation: &Invitation) -> Result<Option<String>, AppError> {
    let Some(id) = invitation.workspace_id else { return Ok(None) };
    Ok(op.store().workspace_titles(invitation.organization_id, &[id]).await?.remove(&id))
}

fn inviter(invitation: &Invitation) -> Option<UserId> {
    match invitation.sponsor {
        Principal::User(id) => Some(id),
        Principal::ApiKey(_) | Principal::Group(_) | Principal::ServiceAccount(_) => None,
    }
}
