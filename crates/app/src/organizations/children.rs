//! Listing what hangs directly below an organization.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ORGANIZATIONS_READ;
use polity_store::Page;
use polity_store::organizations::{FIELDS, SORTABLE, Sight};

use super::sight::sight_from;
use super::view::OrganizationView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The children of an organization that the caller may see, each judged by itself. With `deleted`, also
/// those that are deleted and can be restored.
#[tracing::instrument(name = "organizations.children", skip_all, fields(%organization))]
pub async fn children(
    op: &Op,
    organization: OrganizationId,
    deleted: bool,
    params: &ListParams,
) -> Result<Listing<OrganizationView>, AppError> {
    let reader = op.read(ORGANIZATIONS_READ, organization).await?;
    let name = if deleted { "children and deleted" } else { "children" };
    let listed = Listed { name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let sight = Sight { deleted, ..sight_from(op, &reader).await? };
    let Page { items, next, total } = reader.organizations().children(&sight, &request).await?;
    let items = items.into_iter().map(Into::into).collect();
    op.listing(&listed, params, Page { items, next, total })
}
