//! What a link's holder may know before they join.

use polity_domain::access::Permit;
use polity_domain::invite_links::InviteLinkState;
use polity_domain::time::Time;
use polity_store::Reader;

use super::token::find;
use crate::{AppError, Op};

/// What a link's holder may know: enough to decide, nothing about others.
#[derive(Debug, Clone)]
pub struct LinkLookup {
    /// The organization's title.
    pub organization_title: String,
    /// The title of the workspace that it leads to.
    pub workspace_title: Option<String>,
    /// What the roles are called that it offers.
    pub role_titles: Vec<String>,
    /// The domains of the addresses that may join by it; none: any.
    pub email_domains: Vec<String>,
    /// Where it stands.
    pub state: InviteLinkState,
    /// Until when it can be used.
    pub expire_time: Time,
}

/// Looks a link up by its token. It changes nothing: whatever opens links does no harm.
#[tracing::instrument(name = "invite_links.lookup", skip_all)]
pub async fn lookup(op: &Op, token: &str) -> Result<LinkLookup, AppError> {
    let link = find(op, token).await?;
    let organization = link.organization_id;
    let snapshot = op.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
    // What is stopped takes nobody in, and tells nothing of itself.
    if snapshot.stopped(organization).is_some() {
        return Err(AppError::not_found());
    }
    let permit = Permit::bearer(organization, "invite_links.lookup").to_read();
    let reader = Reader::open(op.store(), permit, snapshot);
    let workspace_title = match link.workspace_id {
        Some(id) => {
            // None: it was purged.
            let (workspace, _) = reader.workspaces().get(id).await?.ok_or_else(AppError::not_found)?;
            Some(workspace.title)
        }
        None => None,
    };
    Ok(LinkLookup {
        organization_title: reader.title().to_owned(),
        workspace_title,
        role_titles: crate::roles::titles(&reader, &link.roles).await?,
        state: link.state(op.now()),
        expire_time: link.expire_time,
        email_domains: link.email_domains,
    })
}
