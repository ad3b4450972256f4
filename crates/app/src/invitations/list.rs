//! Listing invitations.

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::permissions::INVITATIONS_READ;
use polity_store::invitations::{FIELDS, SORTABLE};
use polity_store::{Page, Reader};

use super::view::{InvitationView, views};
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's invitations.
#[tracing::instrument(name = "invitations.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<InvitationView>, AppError> {
    let reader = op.read(INVITATIONS_READ, organization).await?;
    page(op, &reader, None, params).await
}

/// The invitations into one workspace.
#[tracing::instrument(name = "invitations.list_on", skip_all, fields(%organization, %workspace))]
pub async fn list_on(
    op: &Op,
    organization: OrganizationId,
    workspace: WorkspaceId,
    params: &ListParams,
) -> Result<Listing<InvitationView>, AppError> {
    let reader = op.read_on(INVITATIONS_READ, organization, workspace).await?;
    page(op, &reader, Some(workspace), params).await
}

async fn page(
    op: &Op,
    reader: &Reader,
    workspace: Option<WorkspaceId>,
    params: &ListParams,
) -> Result<Listing<InvitationView>, AppError> {
    // A page token is good for the workspace that it was given for.
    let name = workspace.map_or_else(|| "invitations".to_owned(), |id| format!("invitations:{id}"));
    let organization = Some(reader.organization());
    let listed = Listed { name: &name, organization, fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.invitations().list(workspace, &request, op.now()).await?;
    let items = views(op, reader.title(), items).await?;
    op.listing(&listed, params, Page { items, next, total })
}
