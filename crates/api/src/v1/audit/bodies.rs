//! An audit event's JSON.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polity_app::audit::AuditEvent;
use polity_domain::ids::{EventId, OrganizationId};
use polity_domain::ledger::event::{Actor, SystemReason};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::v1::common::{Timestamp, organization_name};

/// The path of one event.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AuditEventPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    pub organization_id: OrganizationId,
    /// The event's id
    #[param(value_type = String, example = "evt_01h455vb4pex5vsknk084sn02q")]
    pub event_id: EventId,
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEventBody {
    /// The resource name
    #[schema(
        example = "organizations/org_01h455vb4pex5vsknk084sn02q/audit-events/evt_01h455vb4pex5vsknk084sn02q"
    )]
    pub name: String,
    /// The id
    #[schema(example = "evt_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The resource name of the organization that changed
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: String,
    /// In whose ledger it stands: the id of the tree's topmost organization
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q")]
    pub tree_id: String,
    /// Its number there. Order is by this: clocks go back, revisions do not
    #[schema(example = 4711)]
    pub revision: u64,
    /// What happened
    #[schema(example = "api_key.revoked")]
    pub kind: &'static str,
    /// The same, or for what an application recorded (`custom.recorded`) what the application calls it
    #[schema(example = "api_key.revoked")]
    pub action: String,
    /// What it did to its target: `CREATE`, `READ`, `UPDATE` or `DELETE`
    #[schema(example = "DELETE")]
    pub crud: &'static str,
    /// Always `SUCCESS`: what failed changed nothing and is in the access log
    #[schema(example = "SUCCESS")]
    pub outcome: &'static str,
    /// The id of the resource that changed; a person's for a membership, a name for a permission
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "key_01h455vb4pex5vsknk084sn02q")]
    pub target: Option<String>,
    /// What happened, in a sentence
    #[schema(example = "API key \"CI\" was revoked")]
    pub description: String,
    /// When
    pub time: Timestamp,
    /// Who did it
    pub actor: AuditActor,
    /// The id of the support access grant by which one of the platform's staff did it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sag_01h455vb4pex5vsknk084sn02q")]
    pub support_access_grant: Option<String>,
    /// The id of the request that did it
    #[schema(example = "req_01h455vb4pex5vsknk084sn02q")]
    pub request_id: String,
    /// From where
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.7")]
    pub ip_address: Option<String>,
    /// With what, as the client said
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "curl/8.5.0")]
    pub user_agent: Option<String>,
    /// The resource as it was; absent when it was made
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<Value>,
    /// The resource as it is; absent when it is gone
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub after: Option<Value>,
}

/// Who did something.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditActor {
    /// `user`, `api_key`, `bearer` (who held a one-time secret) or `system`
    #[serde(rename = "type")]
    #[schema(example = "user")]
    pub kind: &'static str,
    /// The user's or key's id, if there is one
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: Option<String>,
    /// The user's session
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sess_01h455vb4pex5vsknk084sn02q")]
    pub session_id: Option<String>,
    /// Why Polity itself did it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "mail_bounced")]
    reason: Option<&'static str>,
}

impl From<Actor> for AuditActor {
    fn from(actor: Actor) -> Self {
        let none = Self { kind: "", id: None, session_id: None, reason: None };
        match actor {
            Actor::User { user_id, session_id } => Self {
                kind: "user",
                id: Some(user_id.to_string()),
                session_id: Some(session_id.to_string()),
                ..none
            },
            Actor::ApiKey { api_key_id } => {
                Self { kind: "api_key", id: Some(api_key_id.to_string()), ..none }
            }
            Actor::Bearer { user_id } => {
                Self { kind: "bearer", id: user_id.map(|id| id.to_string()), ..none }
            }
            Actor::System { reason } => Self { kind: "system", reason: Some(reason_name(reason)), ..none },
        }
    }
}

fn reason_name(reason: SystemReason) -> &'static str {
    match reason {
        SystemReason::Bootstrap => "bootstrap",
        SystemReason::OperatorCommand => "operator_command",
        SystemReason::MailBounced => "mail_bounced",
        SystemReason::Retention => "retention",
    }
}

impl From<AuditEvent> for AuditEventBody {
    fn from(event: AuditEvent) -> Self {
        let organization = organization_name(event.organization_id);
        Self {
            name: format!("{organization}/audit-events/{}", event.id),
            id: event.id.to_string(),
            organization,
            tree_id: event.tree_id.to_string(),
            revision: event.revision,
            kind: event.kind,
            action: event.summary.action,
            crud: event.summary.crud.name(),
            outcome: "SUCCESS",
            target: event.summary.target,
            description: event.summary.description,
            time: event.time.into(),
            actor: event.actor.into(),
            support_access_grant: event.support_access_grant_id.map(|id| id.to_string()),
            request_id: event.request_id.to_string(),
            ip_address: event.ip_address,
            user_agent: event.user_agent,
            before: event.before,
            after: event.after,
        }
    }
}

/// Bytes in base64, as checkpoints write them.
pub fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}
