//! `POST {O}/api-keys/{key_id}/retire-old-secret`

use polity_app::api_keys::retire_old_secret;
use polity_app::etag;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{ApiKeyBody, ApiKeyPath};

/// Retire the old secret of an API key
///
/// Before its overlap is over: requests with it are refused from then on. 409 `no_old_secret` when the key
/// has only one.
#[utoipa::path(post, path = "/organizations/{organization_id}/api-keys/{key_id}/retire-old-secret",
    operation_id = "retire_old_api_key_secret", tag = "API keys", params(ApiKeyPath),
    responses((status = 200, description = "The key, with one secret", body = ApiKeyBody), Problems))]
pub async fn retire_old_api_key_secret(
    Caller(op): Caller,
    At(at): At<ApiKeyPath>,
) -> Result<Resource<ApiKeyBody>, Problem> {
    let view = retire_old_secret(&op, at.organization_id, at.key_id).await?;
    Ok(Resource::new(ApiKeyBody::from(&view)).etag(etag(view.revision)))
}
