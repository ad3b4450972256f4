//! Listing links.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::INVITE_LINKS_READ;
use polity_store::Page;
use polity_store::invite_links::{FIELDS, SORTABLE};

use super::view::{InviteLinkView, views};
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's links, also those that have ended.
#[tracing::instrument(name = "invite_links.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<InviteLinkView>, AppError> {
    let reader = op.read(INVITE_LINKS_READ, organization).await?;
    let listed = Listed {
        name: "invite_links",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.invite_links().list(&request, op.now()).await?;
    let items = views(op, items).await?;
    op.listing(&listed, params, Page { items, next, total })
}
