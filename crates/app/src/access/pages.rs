//! Pages of answers that are all of one revision, whatever is written while they are turned.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::Fields;
use polity_domain::policies::Given;
use polity_domain::time::Time;
use polity_store::{Cursor, Page};

use super::question::{Asker, At, AtLeast};
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op, Revision};

/// They are not filtered or ordered.
const FIELDS: Fields = Fields::new(&[]);

/// A list of answers: bound by its name to the question that it answers.
pub(super) struct Answers<'a> {
    op: &'a Op,
    name: &'a str,
    organization: OrganizationId,
    params: &'a ListParams,
    /// Behind how many answers the page begins.
    start: usize,
    size: usize,
    /// The moment that is asked about: that of the first page.
    pub at: At,
}

impl<'a> Answers<'a> {
    /// Reads where the page begins, and of which revision it is.
    pub fn open(
        op: &'a Op,
        name: &'a str,
        organization: OrganizationId,
        params: &'a ListParams,
        at: At,
    ) -> Result<Self, AppError> {
        let listed = listed(name, organization);
        let request = op.page(&listed, params)?;
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let answers = Self { op, name, organization, params, start: 0, size, at };
        let Some(after) = request.after.as_ref().and_then(Cursor::as_text) else { return Ok(answers) };
        let foreign = || AppError::internal("a page token of this list that this list never gave");
        let mut parts = after.split(' ');
        let mut part = || parts.next().ok_or_else(foreign);
        let start = part()?.parse().map_err(|_| foreign())?;
        let time = part()?.parse().map(Time).map_err(|_| foreign())?;
        let revision: AtLeast = part()?.parse().map_err(|_| foreign())?;
        let at = At { at_revision: Some(revision), at_least_revision: None, time: Some(time) };
        Ok(Self { start, at, ..answers })
    }

    /// The page of `all`, which comes in the same order whenever it is asked of this revision.
    pub fn page<T>(self, asker: &Asker<'_>, all: Vec<T>) -> Result<(Listing<T>, Revision), AppError> {
        let revision = asker.revision();
        let end = self.start.saturating_add(self.size);
        let time = asker.judged_at().micros();
        let next = (all.len() > end).then(|| Cursor::at_text(format!("{end} {time} {revision}")));
        if next.is_some() {
            // It is about to be asked for. Who is of the staff is no part of a tree's history.
            self.op.store().keep(asker.by_holdings());
        }
        let total = if self.params.show_total { u64::try_from(all.len()).ok() } else { None };
        let items = all.into_iter().skip(self.start).take(self.size).collect();
        let listed = listed(self.name, self.organization);
        let page = self.op.listing(&listed, self.params, Page { items, next, total })?;
        Ok((page, revision))
    }
}

/// What the circumstances that were told add to a list's name: a page token is good for these.
pub(super) fn bound(context: &Given) -> String {
    if *context == Given::default() {
        return String::new();
    }
    format!(":{}", &blake3::hash(format!("{context:?}").as_bytes()).to_hex()[..32])
}

fn listed(name: &str, organization: OrganizationId) -> Listed<'_> {
    Listed { name, organization: Some(organization), fields: &FIELDS, sortable: &[] }
}
