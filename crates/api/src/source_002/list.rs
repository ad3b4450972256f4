//! `GET /v1/organisations/{organisationId}/linked-accounts`

use axum::Json;
use polity_app::organizations::linked;
use polity_web::{At, Caller, Problem, Problems};

use super::bodies::LinkedAccount;
use super::path::OrganisationPath;

/// Retrieve linked accounts
///
/// Retrieve all accounts linked to the organization.
#[utoipa::path(get, path = "/v1/organisations/{organisationId}/linked-accounts",
    operation_id = "list_linked_accounts", tag = "Source document 002", params(OrganisationPath),
    security(("basic" = []), ("api_key" = []), ("bearer" = [])),
    responses((status = 200, description = "Successfully retrieved accounts linked to the organization.",
        body = Vec<LinkedAccount>), Problems))]
pub async fn list_linked_accounts(
    Caller(op): Caller,
    At(at): At<OrganisationPath>,
) -> Result<Json<Vec<LinkedAccount>>, Problem> {
    let accounts = linked(&op, at.organization()?).await?;
    Ok(Json(accounts.iter().map(Into::into).collect()))
}
