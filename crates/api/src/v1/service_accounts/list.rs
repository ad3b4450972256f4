//! `GET {O}/service-accounts`

use axum::Json;
use polity_app::service_accounts::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::ServiceAccountList;
use crate::v1::common::OrganizationPath;

/// List service accounts
///
/// The organization's own, newest first. Filter by `id title disabled create_time update_time`; order by
/// `title create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/service-accounts",
    operation_id = "list_service_accounts", tag = "Service accounts", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of service accounts", body = ServiceAccountList), Problems))]
pub async fn list_service_accounts(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<ServiceAccountList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(ServiceAccountList {
        service_accounts: page.items.into_iter().map(Into::into).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
