//! `GET {O}/support-access-grants`

use axum::Json;
use polity_app::support_access_grants::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::SupportAccessGrantList;
use crate::v1::common::OrganizationPath;

/// List support access grants
///
/// The organization's own, newest first, also those that have ended. Filter by `id state access user descendants
/// create_time update_time expire_time`; order by `create_time expire_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/support-access-grants",
    operation_id = "list_support_access_grants", tag = "Support access", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of grants", body = SupportAccessGrantList), Problems))]
pub async fn list_support_access_grants(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<SupportAccessGrantList>, Problem> {
    Ok(Json(list(&op, at.organization_id, &params.into()).await?.into()))
}
