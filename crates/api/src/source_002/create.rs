//! `POST /v1/organisations/{organisationId}/linked-accounts`

use axum::Json;
use garde::Validate;
use polity_app::organizations::{NewOrganization, create};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::path::OrganisationPath;
use super::refusal::refusal;

/// The account that is to be made
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[garde(allow_unvalidated)]
pub struct NewLinkedAccount {
    /// The name of the new account being created under the Organization
    #[schema(min_length = 1, max_length = 120, example = "Acme Production")]
    account_name: String,
    /// Printed in the document's sample; nothing is done with it
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    validation_messages: Option<Map<String, Value>>,
}

/// The account that was made
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LinkedAccountCreated {
    /// Its id
    #[schema(example = "org_01h455vb4pex5vsknk084sn03r")]
    account_id: String,
}

/// Create a new account.
///
/// Create a new account under an organization. What is wrong with it, or keeps the caller from making it, is 400 with
/// `validationMessages`.
#[utoipa::path(post, path = "/v1/organisations/{organisationId}/linked-accounts",
    operation_id = "create_linked_account", tag = "Source document 002", params(OrganisationPath),
    request_body(content = NewLinkedAccount, example = json!({"validationMessages": {}, "accountName": "string"})),
    security(("basic" = []), ("api_key" = []), ("bearer" = [])),
    responses((status = 200, description = "Successfully created a new account for the organization.",
        body = LinkedAccountCreated, example = json!({"accountId": "string"})), Problems))]
pub async fn create_linked_account(
    Caller(op): Caller,
    At(at): At<OrganisationPath>,
    body: Result<Body<NewLinkedAccount>, Problem>,
) -> Result<Json<LinkedAccountCreated>, Problem> {
    let organization = at.organization()?;
    let Body(body) = body.map_err(refusal)?;
    let _ = body.validation_messages;
    let account = NewOrganization { title: body.account_name, ..NewOrganization::default() };
    let made = create(&op, Some(organization), account).await.map_err(|error| refusal(error.into()))?;
    Ok(Json(LinkedAccountCreated { account_id: made.organization.id.to_string() }))
}
