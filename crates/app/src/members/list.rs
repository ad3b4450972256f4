//! Listing members.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::MEMBERS_READ;
use polity_store::Page;
use polity_store::members::{FIELDS, SORTABLE};

use super::view::MemberView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's members, newest first. Two statements whatever the page's size: roles come from
/// the snapshot.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "members.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<MemberView>, AppError> {
    let reader = op.read(MEMBERS_READ, organization).await?;
    let listed =
        Listed { name: "members", organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.members().list(&request, op.now()).await?;
    let shown =
        items.into_iter().map(|(member, user, _)| MemberView::new(reader.snapshot(), member, user, op.now()));
    op.listing(&listed, params, Page { items: shown.collect(), next, total })
}
