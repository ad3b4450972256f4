//! Looking at one invitation.

use polity_domain::ids::{InvitationId, OrganizationId};

use super::open::read;
use super::view::{InvitationView, view};
use crate::{AppError, Op};

/// One invitation of an organization.
#[tracing::instrument(name = "invitations.get", skip_all, fields(%organization, %id))]
pub async fn get(
    op: &Op,
    organization: OrganizationId,
    id: InvitationId,
) -> Result<InvitationView, AppError> {
    let reader = read(op, organization, id).await?;
    let (invitation, revision) = reader.invitations().get(id).await?.ok_or_else(AppError::not_found)?;
    view(op, reader.title(), invitation, revision).await
}
