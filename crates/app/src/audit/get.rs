//! One event.

use polity_domain::ids::{EventId, OrganizationId};
use polity_domain::permissions::AUDIT_READ;

use super::view::AuditEvent;
use crate::{AppError, Op};

/// One event of an organization, or of one below it that inherits its roles.
#[tracing::instrument(name = "audit.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: EventId) -> Result<AuditEvent, AppError> {
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    let below = op.reaches_below(&reader, AUDIT_READ)?;
    let event = reader.ledger().get(id, below).await?.ok_or_else(AppError::not_found)?;
    AuditEvent::new(event)
}
