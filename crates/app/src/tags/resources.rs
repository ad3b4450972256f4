//! What a tag is on.

use polity_domain::ids::{OrganizationId, TagId};
use polity_domain::permissions::{ORGANIZATIONS_READ, TAGS_READ};
use polity_store::tags::{RESOURCE_FIELDS, RESOURCE_SORTABLE};

use super::TaggedView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// What a tag is on, the newest first. Children that the caller may not see are left out.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "tags.resources", skip_all, fields(%organization, %id))]
pub async fn resources(
    op: &Op,
    organization: OrganizationId,
    id: TagId,
    params: &ListParams,
) -> Result<Listing<TaggedView>, AppError> {
    let reader = op.read(TAGS_READ, organization).await?;
    reader.tags().get(id).await?.ok_or_else(AppError::not_found)?;
    // A page token is good for the tag that it was given for.
    let name = format!("tags.resources:{id}");
    let listed = Listed {
        name: &name,
        organization: Some(organization),
        fields: &RESOURCE_FIELDS,
        sortable: RESOURCE_SORTABLE,
    };
    let request = op.page(&listed, params)?;
    let (snapshot, caller) = (reader.snapshot(), op.principal()?);
    let seen =
        |child| snapshot.check(&caller, ORGANIZATIONS_READ.index(), child, None, op.moment()).allowed();
    let hidden: Vec<_> = snapshot.children(organization).filter(|child| !seen(*child)).collect();
    let page = reader.tags().resources(id, &hidden, &request).await?;
    op.listing(&listed, params, page)
}
