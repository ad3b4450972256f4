//! Reading what was used.

use polity_domain::ids::OrganizationId;
use polity_domain::listing::Fields;
use polity_domain::permissions::CONSUMPTION_READ;
use polity_store::Page;
use polity_store::consumption::{Asked, Usage};

use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// Nothing: what is asked stands in parameters of its own.
const FIELDS: Fields = Fields::new(&[]);

/// A counter with its period in words.
#[derive(Debug, Clone)]
pub struct UsageView {
    /// `2026-01` or `2026-01-31`, in UTC.
    pub period: String,
    /// The counter.
    pub usage: Usage,
}

/// An organization's counters, the latest period first; with `children` also those of the organizations below
/// that inherit its roles.
#[tracing::instrument(name = "consumption.list", skip_all, fields(%organization))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    asked: Asked,
    params: &ListParams,
) -> Result<Listing<UsageView>, AppError> {
    let reader = op.read(CONSUMPTION_READ, organization).await?;
    if asked.children {
        op.check_below(&reader, CONSUMPTION_READ)?;
    }
    // Whatever is asked is a list of its own, so that a token of one is not good for another.
    let name = format!("consumption {asked:?}");
    let listed = Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: &[] };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.consumption().list(&asked, &request).await?;
    let items = items
        .into_iter()
        .map(|usage| UsageView { period: asked.granularity.written(usage.period), usage })
        .collect();
    op.listing(&listed, params, Page { items, next, total })
}
