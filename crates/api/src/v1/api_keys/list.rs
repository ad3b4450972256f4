//! `GET {O}/api-keys`

use axum::Json;
use polity_app::api_keys::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::ApiKeyBody;
use crate::v1::common::OrganizationPath;

/// A page of API keys.
#[derive(Serialize, ToSchema)]
pub struct ApiKeyList {
    /// The keys, without their secrets
    api_keys: Vec<ApiKeyBody>,
    /// For the next page; absent on the last
    #[serde(skip_serializing_if = "Option::is_none")]
    next_page_token: Option<String>,
    /// How many there are in all, with `show_total`
    #[serde(skip_serializing_if = "Option::is_none")]
    total_size: Option<u64>,
}

/// List API keys
///
/// Newest first, the revoked and expired ones included. Filter by `id title service_account state tag
/// expire_time create_time update_time`; order by `create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/api-keys", operation_id = "list_api_keys",
    tag = "API keys", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of keys", body = ApiKeyList), Problems))]
pub async fn list_api_keys(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<ApiKeyList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(ApiKeyList {
        api_keys: page.items.iter().map(ApiKeyBody::from).collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
