//! Listing roles.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::{Comparator, Resolved, Value};
use polity_domain::permissions::ROLES_READ;
use polity_domain::roles::{BuiltIn, RoleScope};
use polity_store::roles::{FIELDS, SORTABLE};
use polity_store::{Cursor, Page, PageRequest, Reader};

use super::get::reaching;
use super::view::RoleView;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// The roles that an organization can use: the built-in ones first, in their own order, then its own and
/// the inherited ones as `order_by` says, newest first.
///
/// # Errors
/// 400 for a filter, an order or a page token that is none of this list.
#[tracing::instrument(name = "roles.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    scope: Option<RoleScope>,
    params: &ListParams,
) -> Result<Listing<RoleView>, AppError> {
    let reader = op.read(ROLES_READ, organization).await?;
    list_for(op, &reader, scope, params).await
}

/// The same for one who may read them.
pub(crate) async fn list_for(
    op: &Op,
    reader: &Reader,
    scope: Option<RoleScope>,
    params: &ListParams,
) -> Result<Listing<RoleView>, AppError> {
    let organization = reader.organization();
    // A page token is good for the scope that it was given for.
    let name = format!("roles:{}", scope.map_or("", RoleScope::as_str));
    let listed =
        Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let mut request = op.page(&listed, params)?;
    request.filter = in_scope(request.filter, scope);
    let page = page(reader, organization, request).await?;
    op.listing(&listed, params, page)
}

fn in_scope(filter: Option<Resolved>, scope: Option<RoleScope>) -> Option<Resolved> {
    let Some(scope) = scope else { return filter };
    let of_scope = Resolved::Compare {
        field: "scope",
        key: None,
        comparator: Comparator::Equal,
        value: Value::Enumeration(scope.as_str()),
    };
    Some(Resolved::And(filter.into_iter().chain([of_scope]).collect()))
}

/// Built-in roles stand in no table: a cursor among them is the next one's number.
async fn page(
    reader: &Reader,
    organization: OrganizationId,
    mut request: PageRequest,
) -> Result<Page<RoleView>, AppError> {
    let built_in: Vec<_> = BuiltIn::ALL
        .into_iter()
        .map(|role| RoleView::built_in(reader.snapshot(), role))
        .filter(|role| request.filter.as_ref().is_none_or(|filter| filter.matches(role)))
        .collect();
    let (all, size) = (built_in.len(), usize::try_from(request.size).unwrap_or(usize::MAX));
    let among_them = request.after.as_ref().and_then(Cursor::as_text).and_then(|number| number.parse().ok());
    let start = match (&request.after, among_them) {
        (None, _) => 0,
        (Some(_), Some(start)) => start,
        (Some(_), None) => all,
    };
    if among_them.is_some() {
        request.after = None;
    }
    let mut items: Vec<_> = built_in.into_iter().skip(start).take(size).collect();
    let full = items.len() == size;
    // On a full page one more row says whether there is anything beyond it.
    request.size = if full { 1 } else { request.size - items.len() as u64 };
    let page = reader.roles().list(&reaching(reader.snapshot(), organization), &request).await?;
    let total = page.total.map(|total| total + all as u64);
    if full {
        let next = start + size;
        let more = next < all || !page.items.is_empty();
        return Ok(Page { items, next: more.then(|| Cursor::at_text(next.to_string())), total });
    }
    items.extend(
        page.items.into_iter().map(|(role, revision)| RoleView::custom(organization, role, revision)),
    );
    Ok(Page { items, next: page.next, total })
}
