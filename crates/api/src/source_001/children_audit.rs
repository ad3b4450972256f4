//! `GET /orgs/{org_id}/children_audit`

use axum::Json;
use polity_app::ListParams;
use polity_app::audit::{AuditEvent, Selection, list};
use polity_domain::ledger::event::Actor;
use polity_web::{At, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::{OrgPath, largest};
use crate::v1::common::Timestamp;

/// Something that was done in an organization below
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgAudit {
    /// The id of the event
    #[schema(example = "evt_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// When
    timestamp: Timestamp,
    /// In which organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn03r")]
    org_id: String,
    /// The id of whoever did it; `system` for Polity itself
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    user: String,
    /// What
    #[schema(example = "member.added")]
    action: String,
    /// In a sentence
    description: String,
    /// What is on the record was done
    #[schema(example = "SUCCESS")]
    status: &'static str,
}

impl From<AuditEvent> for OrgAudit {
    fn from(event: AuditEvent) -> Self {
        let user = match event.actor {
            Actor::User { user_id, .. } | Actor::Bearer { user_id: Some(user_id) } => user_id.to_string(),
            Actor::ApiKey { api_key_id } => api_key_id.to_string(),
            Actor::Bearer { user_id: None } => String::new(),
            Actor::System { .. } => "system".to_owned(),
        };
        Self {
            id: event.id.to_string(),
            timestamp: event.time.into(),
            org_id: event.organization_id.to_string(),
            user,
            action: event.summary.action,
            description: event.summary.description,
            status: "SUCCESS",
        }
    }
}

/// Retrieve audit log
///
/// Fetch the audit trail for children organizations: the newest 1000 events of all that are below it and inherit its
/// roles, the newest first.
#[utoipa::path(get, path = "/orgs/{org_id}/children_audit", operation_id = "get_org_children_audit",
    tag = "Source document 001", params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The events", body = Vec<OrgAudit>), Problems))]
pub async fn get_org_children_audit(
    Caller(op): Caller,
    At(at): At<OrgPath>,
) -> Result<Json<Vec<OrgAudit>>, Problem> {
    let organization = at.organization()?;
    let params = ListParams { filter: Some(format!("organization != {organization}")), ..largest() };
    let below = Selection { descendants: true, include_counts: false };
    let page = list(&op, organization, below, &params).await?;
    Ok(Json(page.events.items.into_iter().map(Into::into).collect()))
}
