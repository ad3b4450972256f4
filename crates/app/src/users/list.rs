//! Listing users.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::MEMBERS_READ;
use polity_store::Page;
use polity_store::members::{USER_FIELDS, USER_SORTABLE};

use super::roles::by_id;
use super::view::UserView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's users, newest first. Two statements whatever the page's size.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "users.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    params: &ListParams,
) -> Result<Listing<UserView>, AppError> {
    let reader = op.read(MEMBERS_READ, organization).await?;
    let listed = Listed {
        name: "users",
        organization: Some(organization),
        fields: &USER_FIELDS,
        sortable: USER_SORTABLE,
    };
    let mut request = op.page(&listed, params)?;
    request.filter = request.filter.map(|filter| by_id(filter, reader.snapshot()));
    let Page { items, next, total } = reader.members().list(&request, op.now()).await?;
    let shown =
        items.into_iter().map(|(member, user, _)| UserView::new(reader.snapshot(), member, user, op.now()));
    op.listing(&listed, params, Page { items: shown.collect(), next, total })
}
