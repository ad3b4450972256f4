//! `GET {O}/support-access-grants/{support_access_grant_id}`

use polity_app::etag;
use polity_app::support_access_grants::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{SupportAccessGrantBody, SupportAccessGrantPath};

/// Get a support access grant
///
/// With where it stands now. What was done by it is in the audit log and in the access log, filtered by
/// `support_access_grant`.
#[utoipa::path(get, path = "/organizations/{organization_id}/support-access-grants/{support_access_grant_id}",
    operation_id = "get_support_access_grant", tag = "Support access", params(SupportAccessGrantPath),
    responses((status = 200, description = "The grant", body = SupportAccessGrantBody), Problems))]
pub async fn get_support_access_grant(
    Caller(op): Caller,
    At(at): At<SupportAccessGrantPath>,
) -> Result<Resource<SupportAccessGrantBody>, Problem> {
    let view = get(&op, at.organization_id, at.support_access_grant_id).await?;
    let tag = etag(view.revision);
    Ok(Resource::new(SupportAccessGrantBody::from(view)).etag(tag))
}
