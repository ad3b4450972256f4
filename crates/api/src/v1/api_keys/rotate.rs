//! `POST {O}/api-keys/{key_id}/rotate`

use garde::Validate;
use polity_app::api_keys::rotate;
use polity_app::etag;
use polity_web::{At, Body, Caller, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{ApiKeyBody, ApiKeyPath};

/// How to rotate.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RotateApiKeyBody {
    /// How long the old secret stays valid, in seconds: 0 (not at all) to 30 days; default a day
    #[serde(default)]
    #[garde(skip)]
    #[schema(minimum = 0, maximum = 2_592_000, default = 86_400, example = 86_400)]
    overlap_seconds: Option<i64>,
}

/// Rotate an API key
///
/// It gets a second secret; the answer holds the whole key with it in `secret`, for the only time. The
/// old one ends after the overlap, or by `retire-old-secret`. 403 `cannot_grant` when the key holds more
/// than the caller, 409 `two_secrets` while it is being rotated already.
#[utoipa::path(post, path = "/organizations/{organization_id}/api-keys/{key_id}/rotate",
    operation_id = "rotate_api_key", tag = "API keys", params(ApiKeyPath), request_body = RotateApiKeyBody,
    responses((status = 200, description = "The key, with its new secret", body = ApiKeyBody), Problems))]
pub async fn rotate_api_key(
    Caller(op): Caller,
    At(at): At<ApiKeyPath>,
    Body(body): Body<RotateApiKeyBody>,
) -> Result<Resource<ApiKeyBody>, Problem> {
    let new = rotate(&op, at.organization_id, at.key_id, body.overlap_seconds).await?;
    Ok(Resource::new(ApiKeyBody::from(&new)).etag(etag(new.view.revision)))
}
