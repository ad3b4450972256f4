//! Listing events.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::AUDIT_READ;
use polity_store::Page;
use polity_store::ledger::{FIELDS, SORTABLE};

use super::view::AuditEvent;
use crate::op::Listed;
use crate::{AppError, ListParams, Listing, Op};

/// An organization's events, the newest first; with `descendants` also those of the organizations below
/// it that inherit its roles.
#[tracing::instrument(name = "audit.list", skip_all, fields(%organization, descendants))]
pub async fn list(
    op: &Op,
    organization: OrganizationId,
    descendants: bool,
    params: &ListParams,
) -> Result<Listing<AuditEvent>, AppError> {
    let reader = op.read(AUDIT_READ, organization).await?;
    // Two lists, so that a token of one is not good for the other.
    let name = if descendants { "audit_events_below" } else { "audit_events" };
    let listed = Listed { name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let Page { items, next, total } = reader.ledger().list(descendants, &request).await?;
    let items = items.into_iter().map(AuditEvent::new).collect::<Result<Vec<_>, _>>()?;
    op.listing(&listed, params, Page { items, next, total })
}
