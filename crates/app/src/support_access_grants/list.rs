//! Listing grants.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::SUPPORT_ACCESS_GRANTS_READ;
use polity_store::support_access_grants::{FIELDS, SORTABLE};

use super::SupportAccessGrantView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's own support access grants, newest first, also those that have ended.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "support_access_grants.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<SupportAccessGrantView>, AppError> {
    let reader = op.read(SUPPORT_ACCESS_GRANTS_READ, organization).await?;
    let listed = Listed {
        name: "support_access_grants",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let page = reader.support_access_grants().list(&request, op.now()).await?;
    let listing = op.listing(&listed, params, page)?;
    Ok(listing.map(|found| SupportAccessGrantView::new(found, op.now())))
}
