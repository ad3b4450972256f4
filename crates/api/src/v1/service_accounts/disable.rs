//! `POST {O}/service-accounts/{service_account_id}/disable`

use polity_app::service_accounts::disable;
use polity_web::{At, Caller, IfMatch, Params, Problem, Problems, Resource};

use super::bodies::{ServiceAccountBody, ServiceAccountPath, resource};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Disable a service account
///
/// From the next request on it holds nothing, and its keys are good for nothing. Whoever may do so may
/// stop any, also one that holds more than they do.
#[utoipa::path(post, path = "/organizations/{organization_id}/service-accounts/{service_account_id}/disable",
    operation_id = "disable_service_account", tag = "Service accounts", params(ServiceAccountPath, ValidateOnly),
    responses((status = 200, description = "The service account as it is now", body = OrPreview<ServiceAccountBody>),
        Problems))]
pub async fn disable_service_account(
    Caller(op): Caller,
    At(at): At<ServiceAccountPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<Resource<ServiceAccountBody>>, Problem> {
    let outcome = disable(&op, at.organization_id, at.service_account_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, resource))
}
