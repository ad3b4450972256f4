//! `GET {O}/service-accounts/{service_account_id}`

use polity_app::service_accounts::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{ServiceAccountBody, ServiceAccountPath, resource};

/// Get a service account
///
/// Its keys are in the list of API keys, its roles in that of role assignments.
#[utoipa::path(get, path = "/organizations/{organization_id}/service-accounts/{service_account_id}",
    operation_id = "get_service_account", tag = "Service accounts", params(ServiceAccountPath),
    responses((status = 200, description = "The service account", body = ServiceAccountBody), Problems))]
pub async fn get_service_account(
    Caller(op): Caller,
    At(at): At<ServiceAccountPath>,
) -> Result<Resource<ServiceAccountBody>, Problem> {
    Ok(resource(get(&op, at.organization_id, at.service_account_id).await?))
}
