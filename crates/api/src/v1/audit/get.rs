//! `GET {O}/audit-events/{event_id}`

use polity_app::audit::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{AuditEventBody, AuditEventPath};

/// Get an audit event
///
/// With the resource before and after; hashes of secrets are left out.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-events/{event_id}",
    operation_id = "get_audit_event", tag = "Audit", params(AuditEventPath),
    responses((status = 200, description = "The event", body = AuditEventBody), Problems))]
pub async fn get_audit_event(
    Caller(op): Caller,
    At(at): At<AuditEventPath>,
) -> Result<Resource<AuditEventBody>, Problem> {
    Ok(Resource::new(get(&op, at.organization_id, at.event_id).await?.into()))
}
