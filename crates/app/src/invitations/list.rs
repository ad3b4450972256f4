//! Listing invitations.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::INVITATIONS_READ;
use polity_store::Page;
use polity_store::invitations::{FIELDS, SORTABLE};

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
    let listed =
        Listed { name: "invitations", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.invitations().list(&request, op.now()).await?;
    let items = views(op, reader.title(), items).await?;
    op.listing(&listed, params, Page { items, next, total })
}
