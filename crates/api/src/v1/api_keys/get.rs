//! `GET {O}/api-keys/{key_id}`

use polity_app::api_keys::get;
use polity_app::etag;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{ApiKeyBody, ApiKeyPath};

/// Get an API key
///
/// Never its secret: that is shown once, when it is made.
#[utoipa::path(get, path = "/organizations/{organization_id}/api-keys/{key_id}", operation_id = "get_api_key",
    tag = "API keys", params(ApiKeyPath),
    responses((status = 200, description = "The key", body = ApiKeyBody), Problems))]
pub async fn get_api_key(
    Caller(op): Caller,
    At(at): At<ApiKeyPath>,
) -> Result<Resource<ApiKeyBody>, Problem> {
    let view = get(&op, at.organization_id, at.key_id).await?;
    Ok(Resource::new(ApiKeyBody::from(&view)).etag(etag(view.revision)))
}
