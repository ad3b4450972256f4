//! One event.

use polity_domain::ids::{EventId, OrganizationId};
use polity_domain::permissions::AUDIT_READ;

use super::view::AuditEvent;
use crate::{AppError, Op};

/// One event of an organization, or of one below it that inherits its roles.
#[tracing::instrument(name = "audit.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: EventId) -> Result<AuditEvent, AppError> {
    let reader = op.read(AUDIT_READ, organization).await?;
    let event = reader.ledger().get(id).await?.ok_or_else(AppError::not_found)?;
    AuditEvent::new(event)
}
