//! `POST {O}/api-keys/{key_id}/revoke`

use garde::Validate;
use polity_app::api_keys::revoke;
use polity_app::etag;
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{ApiKeyBody, ApiKeyPath, RevokeReason};

/// Why the key ends.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RevokeApiKeyBody {
    /// Why
    #[garde(skip)]
    reason: RevokeReason,
}

/// Revoke an API key
///
/// For good, all its secrets: the very next request with it is refused.
#[utoipa::path(post, path = "/organizations/{organization_id}/api-keys/{key_id}/revoke",
    operation_id = "revoke_api_key", tag = "API keys", params(ApiKeyPath), request_body = RevokeApiKeyBody,
    responses((status = 200, description = "The key, revoked", body = ApiKeyBody), Problems))]
pub async fn revoke_api_key(
    Caller(op): Caller,
    At(at): At<ApiKeyPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<RevokeApiKeyBody>,
) -> Result<Resource<ApiKeyBody>, Problem> {
    let view = revoke(&op, at.organization_id, at.key_id, body.reason.into(), &if_match).await?;
    Ok(Resource::new(ApiKeyBody::from(&view)).etag(etag(view.revision)))
}
