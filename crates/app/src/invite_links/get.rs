//! Looking at one link.

use polity_domain::ids::{InviteLinkId, OrganizationId};
use polity_domain::permissions::INVITE_LINKS_READ;

use super::view::{InviteLinkView, views};
use crate::{AppError, Op};

/// One link of an organization, without its secret.
#[tracing::instrument(name = "invite_links.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: InviteLinkId,
) -> Result<InviteLinkView, AppError> {
    let reader = op.read(INVITE_LINKS_READ, organization).await?;
    let found = reader.invite_links().get(id).await?.ok_or_else(AppError::not_found)?;
    let mut shown = views(op, vec![found]).await?;
    shown.pop().ok_or_else(|| AppError::internal("one link has one view"))
}
