//! `POST {O}/service-accounts/{service_account_id}/enable`

use polity_app::service_accounts::enable;
use polity_web::{At, Caller, IfMatch, Params, Problem, Problems, Resource};

use super::bodies::{ServiceAccountBody, ServiceAccountPath, resource};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Enable a service account
///
/// It holds again what it held, and its keys work again. The caller must be able to grant all of that.
#[utoipa::path(post, path = "/organizations/{organization_id}/service-accounts/{service_account_id}/enable",
    operation_id = "enable_service_account", tag = "Service accounts", params(ServiceAccountPath, ValidateOnly),
    responses((status = 200, description = "The service account as it is now", body = OrPreview<ServiceAccountBody>),
        Problems))]
pub async fn enable_service_account(
    Caller(op): Caller,
    At(at): At<ServiceAccountPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<Resource<ServiceAccountBody>>, Problem> {
    let outcome = enable(&op, at.organization_id, at.service_account_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, resource))
}
