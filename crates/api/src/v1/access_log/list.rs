//! `GET {O}/access-log`

use axum::Json;
use polity_app::access_log::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::AccessLogEntryBody;
use crate::v1::common::OrganizationPath;

/// A page of the access log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccessLogList {
    /// The rows
    access_log: Vec<AccessLogEntryBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

/// List the access log
///
/// Newest first: every request of somebody known about the organization, and how those signed in who were its
/// members. A sign-in has the same id in each organization in which it stands. A row is written within about a
/// second; a crash may lose that second, and a rush may lose rows, which a row `LOST` counts. Access checks and
/// verifications of keys are counted as consumption and are no rows, but for what the platform's staff ask by a
/// support access grant. Filter by `id time user api_key support_access_grant action status method route
/// http_status ip request_id`.
#[utoipa::path(get, path = "/organizations/{organization_id}/access-log", operation_id = "list_access_log",
    tag = "Audit", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of the access log", body = AccessLogList), Problems))]
pub async fn list_access_log(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<AccessLogList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?.map(AccessLogEntryBody::from);
    Ok(Json(AccessLogList {
        access_log: page.items,
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
