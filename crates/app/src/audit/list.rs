//! Listing events.

use std::collections::BTreeMap;

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::AUDIT_READ;
use polity_store::Page;
use polity_store::ledger::{FIELDS, SORTABLE};

use super::view::AuditEvent;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// Which events, and what else is to be told of them.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection {
    /// Also those of the organizations below that inherit the organization's roles.
    pub descendants: bool,
    /// Count all that the filter selects, by action.
    pub include_counts: bool,
}

/// A page of events.
#[derive(Debug)]
pub struct AuditPage {
    /// The events.
    pub events: Listing<AuditEvent>,
    /// How many the filter selects of each action, if that was asked.
    pub counts: Option<BTreeMap<String, u64>>,
}

/// An organization's events, the newest first; with `descendants` also those of the organizations below
/// it that inherit its roles.
#[tracing::instrument(name = "audit.list", skip_all, fields(%organization, descendants = selection.descendants))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    selection: Selection,
    params: &ListParams,
) -> Result<AuditPage, AppError> {
    let Selection { descendants, include_counts } = selection;
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    if descendants {
        op.check_below(&reader, AUDIT_READ)?;
    }
    // Two lists, so that a token of one is not good for the other.
    let name = if descendants { "audit_events_below" } else { "audit_events" };
    let listed = Listed { name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.ledger().list(descendants, &request).await?;
    let items = items.into_iter().map(AuditEvent::new).collect::<Result<Vec<_>, _>>()?;
    let counts =
        if include_counts { Some(reader.ledger().counts(descendants, &request).await?) } else { None };
    Ok(AuditPage { events: op.listing(&listed, params, Page { items, next, total })?, counts })
}
