//! `DELETE {O}/api-keys/{key_id}`

use polity_app::api_keys::revoke;
use polity_domain::api_keys::RevocationReason;
use polity_web::{At, Caller, IfMatch, NoContent, Problem, Problems};

use super::bodies::ApiKeyPath;

/// Delete an API key
///
/// It is revoked for the reason `OTHER`: the very next request with it is refused. It stays in lists, as
/// `REVOKED`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/api-keys/{key_id}", operation_id = "delete_api_key",
    tag = "API keys", params(ApiKeyPath), responses((status = 204, description = "It is revoked"), Problems))]
pub async fn delete_api_key(
    Caller(op): Caller,
    At(at): At<ApiKeyPath>,
    IfMatch(if_match): IfMatch,
) -> Result<NoContent, Problem> {
    revoke(&op, at.organization_id, at.key_id, RevocationReason::Other, &if_match).await?;
    Ok(NoContent)
}
