//! `GET /orgs/{org_id}/access_log`

use axum::Json;
use polity_app::access_log::{LogEntry, list};
use polity_web::{At, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::path::{OrgPath, largest};
use crate::v1::common::Timestamp;

/// A row of the access log
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgAccess {
    /// When
    timestamp: Timestamp,
    /// Whose address or id, or which key's id
    #[schema(example = "john.doe@example.com")]
    user: String,
    /// What
    #[schema(example = "LOGIN")]
    action: &'static str,
    /// `SUCCESS` or `FAILURE`
    #[schema(example = "SUCCESS")]
    status: &'static str,
}

impl From<LogEntry> for OrgAccess {
    fn from(LogEntry { entry, email }: LogEntry) -> Self {
        let id = entry.user_id.map(|id| id.to_string()).or(entry.api_key_id.map(|id| id.to_string()));
        Self {
            timestamp: entry.time.into(),
            user: email.or(id).unwrap_or_default(),
            action: entry.action,
            status: if entry.succeeded { "SUCCESS" } else { "FAILURE" },
        }
    }
}

/// Retrieve access log
///
/// Fetch the access log for an organization: the newest 1000 rows, the newest first.
#[utoipa::path(get, path = "/orgs/{org_id}/access_log", operation_id = "get_org_access_log",
    tag = "Source document 001", params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The rows", body = Vec<OrgAccess>, example = json!([{
        "timestamp": "2023-11-01T12:00:00Z", "user": "john.doe@example.com", "action": "LOGIN", "status": "SUCCESS",
    }])), Problems))]
pub async fn get_org_access_log(
    Caller(op): Caller,
    At(at): At<OrgPath>,
) -> Result<Json<Vec<OrgAccess>>, Problem> {
    let page = list(&op, at.organization()?, &largest()).await?;
    Ok(Json(page.items.into_iter().map(Into::into).collect()))
}
