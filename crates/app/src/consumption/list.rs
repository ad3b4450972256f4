//! Reading what was used.

use polity_domain::ids::OrganizationId;
use polity_domain::limits::{Limited, effective};
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
    /// The limit on what it counts, as it stands now, if there is one.
    pub limit: Option<u64>,
}

/// The limit that bounds what a meter counts.
fn limited(meter: &str) -> Option<Limited> {
    match meter {
        "seats" => Some(Limited::Members),
        "api_keys" => Some(Limited::ApiKeys),
        _ => None,
    }
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
    let reader = op.read_from_primary(CONSUMPTION_READ, organization).await?;
    if asked.children {
        op.check_below(&reader, CONSUMPTION_READ)?;
    }
    // Whatever is asked is a list of its own, so that a token of one is not good for another.
    let name = format!("consumption {asked:?}");
    let listed = Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: &[] };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.consumption().list(&asked, &request).await?;
    let bounded = items.iter().filter(|usage| limited(&usage.meter).is_some());
    let limits = reader.limits_above(&bounded.map(|usage| usage.organization_id).collect()).await?;
    let shown = |usage: Usage| {
        let line = limits.get(&usage.organization_id).map_or(&[][..], Vec::as_slice);
        let limit = limited(&usage.meter).and_then(|limited| effective(line, limited));
        let period = asked.granularity.written(usage.period);
        UsageView { period, usage, limit: limit.map(|(limit, _)| limit) }
    };
    let items = items.into_iter().map(shown).collect();
    op.listing(&listed, params, Page { items, next, total })
}
