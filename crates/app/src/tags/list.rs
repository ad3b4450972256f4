//! Listing tags.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::TAGS_READ;
use polity_store::tags::{FIELDS, SORTABLE};

use super::TagView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's tags, newest first.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "tags.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<TagView>, AppError> {
    let reader = op.read(TAGS_READ, organization).await?;
    let listed =
        Listed { name: "tags", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let page = reader.tags().list(&request).await?;
    op.listing(&listed, params, page)
}
