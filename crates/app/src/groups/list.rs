//! Listing groups.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::GROUPS_READ;
use polity_store::groups::{FIELDS, SORTABLE};

use super::GroupView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's own groups, newest first.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "groups.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<GroupView>, AppError> {
    let reader = op.read(GROUPS_READ, organization).await?;
    let listed =
        Listed { name: "groups", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let page = reader.groups().list(&request).await?;
    op.listing(&listed, params, page)
}
