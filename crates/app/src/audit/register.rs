//! Registering an application's kinds of events.

use polity_domain::audit::{AuditAction, Crud};
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::AUDIT_RECORD;

use super::actions::ActionView;
use crate::{AppError, Op};

/// How many kinds an organization can register.
const MOST: u64 = 1_000;

/// The kind that is to be known.
#[derive(Debug, Clone)]
pub struct NewAction {
    /// What the application calls it.
    pub name: String,
    /// What happens, for a person.
    pub description: String,
    /// What it does to its target.
    pub crud: Crud,
}

/// Registers a kind of events, or describes it anew; the same once more changes nothing. Events that were
/// recorded before keep what they said.
///
/// # Errors
/// 400 for a name that is none, Polity's own or known already; 409 `limit_reached` at 1000 kinds.
#[tracing::instrument(name = "audit.register", skip_all, fields(%organization))]
pub async fn register(op: &Op, organization: OrganizationId, new: NewAction) -> Result<ActionView, AppError> {
    AuditAction::check_name(&new.name)
        .map_err(|error| AppError::invalid("/name", "invalid_value", error.to_string()))?;
    let unit = op.write(AUDIT_RECORD, organization).await?;
    let known = unit.audit_actions().named(&new.name).await?;
    // One that is known from above can be described in another way here.
    let before = known.filter(|known| known.organization_id == organization);
    if before.is_none() && unit.audit_actions().count_own().await? >= MOST {
        let detail = format!("An organization registers at most {MOST} kinds of events.");
        return Err(AppError::conflict("limit_reached", detail));
    }
    let action = AuditAction {
        organization_id: organization,
        name: new.name,
        description: new.description,
        crud: new.crud,
        create_time: before.as_ref().map_or(op.now(), |known| known.create_time),
    };
    if before.as_ref() != Some(&action) {
        unit.commit(Change::AuditActionRegistered(action.clone())).await?;
    }
    Ok(action.into())
}
