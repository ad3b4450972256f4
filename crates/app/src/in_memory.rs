//! Lists of what stands in memory and in no table: filtered and paged like all others, by one key.

use polity_domain::listing::Record;
use polity_store::{Cursor, Page};

use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// A page of `items`, which come in the order of their keys. No two have the same key.
pub(crate) fn page<T: Record>(
    op: &Op,
    listed: &Listed<'_>,
    params: &ListParams,
    items: Vec<T>,
    key: impl Fn(&T) -> &str,
) -> Result<Listing<T>, AppError> {
    let request = op.page(listed, params)?;
    let descending =
        request.order.iter().any(|order| order.descending && listed.sortable.contains(&order.field));
    let mut items: Vec<T> = items
        .into_iter()
        .filter(|item| request.filter.as_ref().is_none_or(|filter| filter.matches(item)))
        .collect();
    if descending {
        items.reverse();
    }
    let total = request.show_total.then_some(items.len() as u64);
    let start = match request.after.as_ref().and_then(Cursor::as_text) {
        None => 0,
        Some(after) => items
            .iter()
            .position(|item| if descending { key(item) < after } else { key(item) > after })
            .unwrap_or(items.len()),
    };
    let mut items = items.split_off(start);
    let size = usize::try_from(request.size).unwrap_or(usize::MAX);
    let more = items.len() > size;
    items.truncate(size);
    let next = items.last().filter(|_| more).map(|item| Cursor::at_text(key(item)));
    op.listing(listed, params, Page { items, next, total })
}
