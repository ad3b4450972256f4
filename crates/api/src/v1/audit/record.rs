//! `POST {O}/audit-events`

use garde::Validate;
use polity_app::audit::{NewRecord, record};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bodies::AuditEventBody;
use super::register::a_line;
use crate::v1::common::{OrganizationPath, OrganizationRef};

/// An event of an application's own product.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewAuditEventBody {
    /// What the application calls this very event: under one id, one event is recorded
    #[garde(length(bytes, min = 1, max = 128))]
    #[schema(min_length = 1, max_length = 128, pattern = "^[!-~]{1,128}$", example = "4711")]
    event_id: String,
    /// Of which kind: one that is registered, or known and none that Polity records itself
    #[garde(length(bytes, max = 128))]
    #[schema(max_length = 128, example = "documents.published")]
    action: String,
    /// What it was done to, by the application's own id; not to name a person, since it is never erased
    #[serde(default)]
    #[garde(inner(length(bytes, min = 1, max = 128)))]
    #[schema(min_length = 1, max_length = 128, pattern = "^[!-~]{1,128}$", example = "doc-17")]
    target: Option<String>,
    /// What happened, in a sentence; absent: the description of the kind
    #[serde(default)]
    #[garde(inner(custom(a_line)))]
    #[schema(min_length = 1, max_length = 500, example = "Ann published the price list")]
    description: Option<String>,
    /// The organization below, by edges that inherit roles, whose event it is
    #[serde(default)]
    #[garde(skip)]
    account: Option<OrganizationRef>,
    /// What else the application knows: at most 8 KiB of JSON. Kept beside the ledger with what is personal
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Object>)]
    attributes: Option<Map<String, Value>>,
}

/// Record an audit event
///
/// An event of an application's own product becomes a leaf of the ledger (`custom.recorded`), with the same
/// proofs as every other one. Told again in the same words under the same `event_id`, it is the same event.
#[utoipa::path(post, path = "/organizations/{organization_id}/audit-events", operation_id = "create_audit_event",
    tag = "Audit", params(OrganizationPath), request_body = NewAuditEventBody,
    responses((status = 201, description = "The event", body = AuditEventBody), Problems))]
pub async fn create_audit_event(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewAuditEventBody>,
) -> Result<Created<AuditEventBody>, Problem> {
    let new = NewRecord {
        event_id: body.event_id,
        action: body.action,
        target: body.target,
        description: body.description,
        account: body.account.map(|account| account.0),
        attributes: body.attributes,
    };
    let body = AuditEventBody::from(record(&op, at.organization_id, new).await?);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location))
}
