//! Recording an event of an application's own product.

use polity_domain::audit::{Crud, CustomEvent, MAX_ATTRIBUTES, known};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::AUDIT_RECORD;
use polity_store::Writer;
use serde_json::{Map, Value};

use super::view::AuditEvent;
use crate::{AppError, Op};

/// What happened in the application.
#[derive(Debug, Clone)]
pub struct NewRecord {
    /// What the application calls this very event.
    pub event_id: String,
    /// Of which kind.
    pub action: String,
    /// What it was done to, by the application's own id.
    pub target: Option<String>,
    /// What happened, in a sentence; without one, what the kind is described as.
    pub description: Option<String>,
    /// An organization below, whose event it is.
    pub account: Option<OrganizationId>,
    /// What else the application knows.
    pub attributes: Option<Map<String, Value>>,
}

/// Records an event, once: told again in the same words under the same id, it is the same event.
///
/// # Errors
/// 400 for a kind that is not known or that Polity itself records, for an account that is not below the
/// organization by edges that inherit roles, and for attributes that are too long; 409 `event_id_taken` for
/// an id under which something else was recorded.
#[tracing::instrument(name = "audit.record", skip_all, fields(%organization))]
pub async fn record(op: &Op, organization: OrganizationId, new: NewRecord) -> Result<AuditEvent, AppError> {
    let attributes = checked(&new)?;
    let at = match new.account {
        Some(account) if account != organization => {
            // Whoever may not record here learns nothing of what is below.
            let here = op.may(AUDIT_RECORD, organization).await?;
            if !here.snapshot().reaching(account).any(|above| above == organization) {
                let detail = "is not below the organization by edges that inherit roles";
                return Err(AppError::invalid("/account", "invalid_value", detail));
            }
            account
        }
        _ => organization,
    };
    let unit = op.write(AUDIT_RECORD, at).await?;
    let (crud, description) = meaning(&unit, &new.action).await?;
    let event = CustomEvent {
        organization_id: at,
        event_id: new.event_id,
        action: new.action,
        crud,
        target: new.target,
        message: Some(new.description.unwrap_or(description)),
        attributes,
    };
    if let Some(first) = unit.ledger().recorded(&event.event_id).await? {
        return match &first.change {
            Change::CustomRecorded(known) if event.repeats(known) => AuditEvent::new(first),
            _ => {
                let detail = format!("Something else was recorded under the id {}.", event.event_id);
                Err(AppError::conflict("event_id_taken", detail))
            }
        };
    }
    let recorded = unit.seal(Change::CustomRecorded(event)).await?;
    let event = AuditEvent::new(recorded.last_event()?)?;
    recorded.commit().await?;
    Ok(event)
}

fn checked(new: &NewRecord) -> Result<Option<String>, AppError> {
    let id = |field, id: &str| {
        CustomEvent::check_id(id)
            .map_err(|error| AppError::invalid(field, "invalid_value", error.to_string()))
    };
    id("/event_id", &new.event_id)?;
    new.target.as_deref().map_or(Ok(()), |target| id("/target", target))?;
    let attributes = new.attributes.as_ref().map(serde_json::to_string).transpose();
    let attributes = attributes.map_err(AppError::internal)?;
    if attributes.as_ref().is_some_and(|text| text.len() > MAX_ATTRIBUTES) {
        let detail = format!("must be at most {MAX_ATTRIBUTES} bytes of JSON");
        return Err(AppError::invalid("/attributes", "invalid_value", detail));
    }
    Ok(attributes)
}

/// What a kind does and says. What Polity has a kind of its own for, Polity alone records.
async fn meaning(unit: &Writer, action: &str) -> Result<(Crud, String), AppError> {
    if let Some(known) = known(action).filter(|known| known.equivalent.is_none()) {
        return Ok((known.crud, known.description()));
    }
    if let Some(registered) = unit.audit_actions().named(action).await? {
        return Ok((registered.crud, registered.description));
    }
    let detail = "is not a registered kind of events of this organization";
    Err(AppError::invalid("/action", "unknown_action", detail))
}
