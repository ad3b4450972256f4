//! Listing policies.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::POLICIES_READ;
use polity_store::Page;
use polity_store::policies::{FIELDS, SORTABLE};

use super::view::PolicyView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The policies that an organization made, newest first. Those that apply in it from above are not among them.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "policies.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<PolicyView>, AppError> {
    let reader = op.read(POLICIES_READ, organization).await?;
    let listed =
        Listed { name: "policies", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.policies().list(&request).await?;
    let shadows = reader.policies().shadows().await?;
    let view = |found: (polity_domain::policies::Policy, i64)| {
        let shadow = shadows.get(&found.0.id);
        PolicyView::new(found, shadow)
    };
    let items = items.into_iter().map(view).collect();
    op.listing(&listed, params, Page { items, next, total })
}
