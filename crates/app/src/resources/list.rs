//! Listing registered resources.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::RESOURCES_READ;
use polity_store::resources::{FIELDS, SORTABLE};

use super::ResourceView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The resources that are registered in an organization, newest first.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "resources.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<ResourceView>, AppError> {
    let reader = op.read(RESOURCES_READ, organization).await?;
    let listed =
        Listed { name: "resources", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let page = reader.resources().list(&request).await?;
    op.listing(&listed, params, page)
}
