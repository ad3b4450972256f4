//! `GET {O}/audit-events`

use std::collections::BTreeMap;

use axum::Json;
use polity_app::audit::{Selection, list};
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::bodies::AuditEventBody;
use crate::v1::common::OrganizationPath;

/// Whose events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditParams {
    /// Whether to list also the events of the organizations below that inherit roles.
    #[param(default = false)]
    #[serde(default)]
    descendants: Option<bool>,
    /// Whether to count, by action, all events that the filter selects.
    #[param(default = false)]
    #[serde(default)]
    include_counts: Option<bool>,
}

/// A page of audit events.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEventList {
    /// The events
    audit_events: Vec<AuditEventBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
    /// How many there are of each action, with `include_counts`
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!({"api_key.revoked": 2}))]
    counts: Option<BTreeMap<String, u64>>,
}

/// List audit events
///
/// Newest first. Filter by `id kind action crud target actor actor_name api_key support_access_grant organization
/// account ip outcome request_id revision time` (`kind = "api_key.*" AND time > "2026-01-31T00:00:00Z"`), and by a part of
/// the description (`keyword:renamed`, or the word alone); `account` is an organization's id or title, `actor_name:john`
/// a part of a member's name or address. Order by `revision`.
#[utoipa::path(get, path = "/organizations/{organization_id}/audit-events", operation_id = "list_audit_events",
    tag = "Audit", params(OrganizationPath, AuditParams, ListParams),
    responses((status = 200, description = "A page of events", body = AuditEventList), Problems))]
pub async fn list_audit_events(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(audit): Params<AuditParams>,
    Params(params): Params<ListParams>,
) -> Result<Json<AuditEventList>, Problem> {
    let selection = Selection {
        descendants: audit.descendants.unwrap_or(false),
        include_counts: audit.include_counts.unwrap_or(false),
    };
    let found = list(&op, at.organization_id, selection, &params.into()).await?;
    let page = found.events.map(AuditEventBody::from);
    Ok(Json(AuditEventList {
        audit_events: page.items,
        next_page_token: page.next_page_token,
        total_size: page.total_size,
        counts: found.counts,
    }))
}
