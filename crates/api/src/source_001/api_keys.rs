//! `GET POST /orgs/{org_id}/api_keys`, `DELETE /orgs/{org_id}/api_keys/{key_id}`

use axum::Json;
use garde::Validate;
use polity_app::IfMatch;
use polity_app::api_keys::{ApiKeyView, NewApiKey, create, list, revoke};
use polity_domain::api_keys::RevocationReason;
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::path::{OrgKeyPath, OrgPath, largest};
use crate::v1::common::Timestamp;

/// An API key
#[derive(Serialize, ToSchema)]
pub struct OrgKey {
    /// The unique identifier for the key
    #[schema(example = "key_01h455vb4pex5vsknk084sn02q")]
    id: String,
    /// Its name
    #[schema(example = "Nightly import")]
    name: String,
    /// What it may do
    permissions: Vec<String>,
    /// `ACTIVE`, `REVOKED` or `EXPIRED`
    #[schema(example = "ACTIVE")]
    status: &'static str,
    /// When it was made
    created_at: Timestamp,
    /// The whole key, once: when it is made
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "pol_key_…")]
    key: Option<String>,
}

impl From<&ApiKeyView> for OrgKey {
    fn from(view: &ApiKeyView) -> Self {
        Self {
            id: view.key.id.to_string(),
            name: view.key.title.clone(),
            permissions: view.key.permissions.iter().cloned().collect(),
            status: view.state,
            created_at: view.key.create_time.into(),
            key: None,
        }
    }
}

/// What the new key is to be
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewOrgKey {
    /// A descriptive name
    #[garde(custom(a_name))]
    #[schema(min_length = 1, max_length = 120, example = "Nightly import")]
    name: String,
    /// What it may do: at most what the caller holds
    #[garde(length(max = 500), inner(length(bytes, max = 127)))]
    #[schema(max_items = 500, example = json!(["members.read"]))]
    permissions: Vec<String>,
}

fn a_name(name: &str, (): &()) -> garde::Result {
    Title::parse(name).map(drop).map_err(|error| garde::Error::new(error.to_string()))
}

/// What was done
#[derive(Debug, Serialize, ToSchema)]
pub struct OrgKeyMessage {
    /// In a sentence
    #[schema(example = "API key deleted successfully")]
    message: &'static str,
}

/// List API keys
///
/// The newest 1000, the revoked and expired ones included, never their secrets.
#[utoipa::path(get, path = "/orgs/{org_id}/api_keys", operation_id = "list_org_api_keys",
    tag = "Source document 001", params(OrgPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The keys", body = Vec<OrgKey>), Problems))]
pub async fn list_org_api_keys(
    Caller(op): Caller,
    At(at): At<OrgPath>,
) -> Result<Json<Vec<OrgKey>>, Problem> {
    let page = list(&op, at.organization()?, &largest()).await?;
    Ok(Json(page.items.iter().map(Into::into).collect()))
}

/// Make an API key
///
/// The answer holds the whole key, for the only time.
#[utoipa::path(post, path = "/orgs/{org_id}/api_keys", operation_id = "create_org_api_key",
    tag = "Source document 001", params(OrgPath), request_body = NewOrgKey,
    security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "The key, with its secret", body = OrgKey), Problems))]
pub async fn create_org_api_key(
    Caller(op): Caller,
    At(at): At<OrgPath>,
    Body(body): Body<NewOrgKey>,
) -> Result<Json<OrgKey>, Problem> {
    let key = NewApiKey {
        title: body.name,
        service_account: None,
        permissions: body.permissions,
        descendants: false,
        allowed_cidrs: Vec::new(),
        rate_limit_per_minute: None,
        expire_time: None,
    };
    let made = create(&op, at.organization()?, key).await?;
    Ok(Json(OrgKey { key: Some(made.secret.expose().to_owned()), ..OrgKey::from(&made.view) }))
}

/// Delete an API key
///
/// The very next request with it is refused.
#[utoipa::path(delete, path = "/orgs/{org_id}/api_keys/{key_id}", operation_id = "delete_org_api_key",
    tag = "Source document 001", params(OrgKeyPath), security(("api_key" = []), ("bearer" = []), ("basic" = [])),
    responses((status = 200, description = "It is revoked", body = OrgKeyMessage), Problems))]
pub async fn delete_org_api_key(
    Caller(op): Caller,
    At(at): At<OrgKeyPath>,
) -> Result<Json<OrgKeyMessage>, Problem> {
    revoke(&op, at.organization()?, at.key()?, RevocationReason::Other, &IfMatch::Any).await?;
    Ok(Json(OrgKeyMessage { message: "API key deleted successfully" }))
}
