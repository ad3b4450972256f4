//! The access log's JSON.

use polity_app::access_log::LogEntry;
use serde::Serialize;
use utoipa::ToSchema;

use crate::v1::common::{Timestamp, organization_name};

/// A row of the access log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessLogEntryBody {
    /// The id
    #[schema(example = "alog_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// The resource name of the organization in whose log it stands
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "organizations/org_01h455vb4pex5vsknk084sn02q")]
    pub organization: Option<String>,
    /// When
    pub time: Timestamp,
    /// The person
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<AccessLogUser>,
    /// The id of the API key
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "key_01h455vb4pex5vsknk084sn02q")]
    pub api_key: Option<String>,
    /// The id of the support access grant by which one of the platform's staff asked
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "sag_01h455vb4pex5vsknk084sn02q")]
    pub support_access_grant: Option<String>,
    /// `LOGIN`, `LOGIN_FAILED`, `LOGOUT`, `API_REQUEST`, `EXPORT`, or `LOST`: rows that could not be kept
    #[schema(example = "API_REQUEST")]
    pub action: &'static str,
    /// `SUCCESS` or `FAILURE`
    #[schema(example = "SUCCESS")]
    pub status: &'static str,
    /// The method
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "GET")]
    pub method: Option<&'static str>,
    /// The path as this document writes it, without what the caller put into it
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/organizations/{organization_id}/members")]
    pub route: Option<String>,
    /// The status of the answer
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 200)]
    pub http_status: Option<u16>,
    /// From where
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "203.0.113.7")]
    pub ip_address: Option<String>,
    /// With what, as the client said
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "curl/8.5.0")]
    pub user_agent: Option<String>,
    /// The id of the request
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "req_01h455vb4pex5vsknk084sn02q")]
    pub request_id: Option<String>,
    /// With `LOST`: how many rows
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 12)]
    pub lost: Option<u64>,
}

/// A person in the access log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessLogUser {
    /// The id
    #[schema(example = "user_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Their address as it is now; only of members of the organization's tree
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "ann@example.com")]
    pub email: Option<String>,
}

impl From<LogEntry> for AccessLogEntryBody {
    fn from(row: LogEntry) -> Self {
        let LogEntry { entry, email } = row;
        Self {
            id: entry.id.to_string(),
            organization: entry.organization_id.map(organization_name),
            time: entry.time.into(),
            user: entry.user_id.map(|id| AccessLogUser { id: id.to_string(), email }),
            api_key: entry.api_key_id.map(|id| id.to_string()),
            support_access_grant: entry.support_access_grant_id.map(|id| id.to_string()),
            action: entry.action,
            status: if entry.succeeded { "SUCCESS" } else { "FAILURE" },
            method: entry.method,
            route: entry.route,
            http_status: entry.http_status,
            ip_address: entry.ip_address,
            user_agent: entry.user_agent,
            request_id: entry.request_id.map(|id| id.to_string()),
            lost: entry.lost,
        }
    }
}
