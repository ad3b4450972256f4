//! `DELETE {O}/support-access-grants/{support_access_grant_id}`

use polity_app::support_access_grants::revoke;
use polity_web::{At, Caller, IfMatch, NoContent, Problem, Problems};

use super::bodies::SupportAccessGrantPath;

/// Let the platform's staff in no longer
///
/// The very next request by the grant is refused; it stays, as `REVOKED`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/support-access-grants/{support_access_grant_id}",
    operation_id = "delete_support_access_grant", tag = "Support access", params(SupportAccessGrantPath),
    responses((status = 204, description = "It is ended"), Problems))]
pub async fn delete_support_access_grant(
    Caller(op): Caller,
    At(at): At<SupportAccessGrantPath>,
    IfMatch(if_match): IfMatch,
) -> Result<NoContent, Problem> {
    revoke(&op, at.organization_id, at.support_access_grant_id, &if_match).await?;
    Ok(NoContent)
}
