//! An invitation as doors show it.

use std::collections::HashMap;

use polity_domain::ids::{OrganizationId, UserId, WorkspaceId};
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

/// Several invitations of one organization as doors show them.
pub async fn views(
    op: &Op,
    organization_title: &str,
    invitations: Vec<(Invitation, i64)>,
) -> Result<Vec<InvitationView>, AppError> {
    let titled = invitations.into_iter().map(|(invitation, revision)| {
        let organization_title = organization_title.to_owned();
        Titled { organization_title, invitation, revision }
    });
    views_of(op, titled.collect()).await
}

/// An invitation with its revision and the title of its organization.
pub(super) struct Titled {
    pub organization_title: String,
    pub invitation: Invitation,
    pub revision: i64,
}

/// Several invitations of any organizations; the inviters and workspaces in one question each.
pub(super) async fn views_of(op: &Op, invitations: Vec<Titled>) -> Result<Vec<InvitationView>, AppError> {
    let offers = invitations.iter().map(|titled| &titled.invitation);
    let offers = offers.map(|one| (one.organization_id, one.workspace_id, one.sponsor));
    let beside = Beside::across(op, offers).await?;
    let shown =
        invitations.into_iter().map(|Titled { organization_title, invitation, revision }| InvitationView {
            state: invitation.state(op.now()),
            organization_title,
            workspace_title: beside.workspace_title(invitation.workspace_id),
            inviter: beside.inviter(&invitation.sponsor),
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
        let (workspace_title, inviter) = beside(unit, invitation.workspace_id, &invitation.sponsor).await?;
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
    let inviter = match person(&invitation.sponsor) {
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
    Ok(op.store().workspace_titles(&[(invitation.organization_id, id)]).await?.remove(&id))
}

/// What is shown beside several offers of one organization, read in one question each.
#[derive(Default)]
pub(crate) struct Beside {
    titles: HashMap<WorkspaceId, String>,
    people: HashMap<UserId, User>,
}

impl Beside {
    /// Reads it, of offers by the workspace that they lead to and by whoever vouches for them.
    pub async fn of(
        op: &Op,
        organization: OrganizationId,
        offers: impl Iterator<Item = (Option<WorkspaceId>, Principal)>,
    ) -> Result<Self, AppError> {
        Self::across(op, offers.map(|(workspace, sponsor)| (organization, workspace, sponsor))).await
    }

    /// The same of offers of several organizations.
    pub async fn across(
        op: &Op,
        offers: impl Iterator<Item = (OrganizationId, Option<WorkspaceId>, Principal)>,
    ) -> Result<Self, AppError> {
        let (workspaces, sponsors): (Vec<_>, Vec<_>) =
            offers.map(|(organization, workspace, sponsor)| ((organization, workspace), sponsor)).unzip();
        let workspaces = workspaces.into_iter().filter_map(|(at, id)| Some((at, id?)));
        let people: Vec<UserId> = sponsors.iter().filter_map(person).collect();
        let titles = op.store().workspace_titles(&workspaces.collect::<Vec<_>>()).await?;
        let people = op.store().users(&people).await?;
        Ok(Self { titles, people: people.into_iter().map(|user| (user.id, user)).collect() })
    }

    /// The title of the workspace that an offer leads to.
    pub fn workspace_title(&self, workspace: Option<WorkspaceId>) -> Option<String> {
        workspace.and_then(|id| self.titles.get(&id).cloned())
    }

    /// Who vouches, when that is a person.
    pub fn inviter(&self, sponsor: &Principal) -> Option<User> {
        person(sponsor).and_then(|id| self.people.get(&id).cloned())
    }
}

/// The same of one offer, read in a unit: the workspace's title, and who vouches.
pub(crate) async fn beside(
    unit: &Writer,
    workspace: Option<WorkspaceId>,
    sponsor: &Principal,
) -> Result<(Option<String>, Option<User>), AppError> {
    let title = match workspace {
        Some(id) => unit.workspaces().get(id).await?.map(|(workspace, _)| workspace.title),
        None => None,
    };
    let inviter = match person(sponsor) {
        Some(id) => unit.user(id).await?.map(|(user, _)| user),
        None => None,
    };
    Ok((title, inviter))
}

fn person(sponsor: &Principal) -> Option<UserId> {
    match sponsor {
        Principal::User(id) => Some(*id),
        Principal::ApiKey(_) | Principal::Group(_) | Principal::ServiceAccount(_) | Principal::Anonymous => {
            None
        }
    }
}
