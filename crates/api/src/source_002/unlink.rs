//! `DELETE /v1/organisations/{organisationId}/linked-accounts/{accountId}`

use axum::Json;
use polity_app::organizations::{Owners, get, unlink};
use polity_web::{At, Caller, Problem, Problems};

use super::bodies::Organisation;
use super::path::AccountPath;

/// Unlink an account
///
/// Unlink an account from to the organization. It becomes an organization of its own; where it has no owner of its
/// own, the organization's owners stay its owners.
#[utoipa::path(delete, path = "/v1/organisations/{organisationId}/linked-accounts/{accountId}",
    operation_id = "unlink_account", tag = "Source document 002", params(AccountPath),
    security(("basic" = []), ("api_key" = []), ("bearer" = [])),
    responses((status = 200, description = "Successfully unlinked account from the organization.",
        body = Vec<Organisation>), Problems))]
pub async fn unlink_account(
    Caller(op): Caller,
    At(at): At<AccountPath>,
) -> Result<Json<Vec<Organisation>>, Problem> {
    let organization = get(&op, at.organization()?).await?;
    unlink(&op, organization.organization.id, at.account()?, Owners::Keep, false).await?;
    Ok(Json(vec![Organisation::from(&organization)]))
}
