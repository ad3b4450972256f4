//! Listing organizations.

use polity_store::Page;
use polity_store::organizations::{FIELDS, SORTABLE};

use super::sight::sight;
use super::view::OrganizationView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The organizations that the caller may see, wherever they stand; without the deleted ones.
#[tracing::instrument(name = "organizations.list", skip_all)]
pub async fn list(op: &Op, params: &ListParams) -> Result<Listing<OrganizationView>, AppError> {
    let listed = Listed { name: "organizations", organization: None, fields: &FIELDS, sortable: SORTABLE };
    let sight = sight(op).await?;
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = op.store().visible_organizations(&sight, &request).await?;
    let items = items.into_iter().map(Into::into).collect();
    op.listing(&listed, params, Page { items, next, total })
}
