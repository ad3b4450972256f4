//! `DELETE {O}/service-accounts/{service_account_id}`

use polity_app::service_accounts::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::ServiceAccountPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Delete a service account
///
/// The roles that it holds and its places in groups end with it, and its keys are revoked. The caller must
/// be able to grant all that it holds.
#[utoipa::path(delete, path = "/organizations/{organization_id}/service-accounts/{service_account_id}",
    operation_id = "delete_service_account", tag = "Service accounts", params(ServiceAccountPath, ValidateOnly),
    responses((status = 204, description = "It is deleted"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_service_account(
    Caller(op): Caller,
    At(at): At<ServiceAccountPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = delete(&op, at.organization_id, at.service_account_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
