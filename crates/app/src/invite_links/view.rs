//! An invite link as doors show it.

use polity_domain::invite_links::{InviteLink, InviteLinkState};
use polity_domain::users::User;

use crate::invitations::Beside;
use crate::{AppError, Op};

/// An invite link with what a reader wants beside it. Its secret is not in it.
#[derive(Debug, Clone)]
pub struct InviteLinkView {
    /// The link.
    pub link: InviteLink,
    /// The revision of its last change.
    pub revision: i64,
    /// Where it stands now.
    pub state: InviteLinkState,
    /// The title of the workspace that it leads to.
    pub workspace_title: Option<String>,
    /// Who vouches for it, when that is a person.
    pub inviter: Option<User>,
}

/// Several links of one organization as doors show them.
pub(super) async fn views(op: &Op, links: Vec<(InviteLink, i64)>) -> Result<Vec<InviteLinkView>, AppError> {
    let Some((first, _)) = links.first() else { return Ok(Vec::new()) };
    let offers = links.iter().map(|(link, _)| (link.workspace_id, link.sponsor));
    let beside = Beside::of(op, first.organization_id, offers).await?;
    let shown = links.into_iter().map(|(link, revision)| InviteLinkView {
        state: link.state(op.now()),
        workspace_title: beside.workspace_title(link.workspace_id),
        inviter: beside.inviter(&link.sponsor),
        revision,
        link,
    });
    Ok(shown.collect())
}
