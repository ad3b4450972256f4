//! `GET {O}/role-assignments`

use axum::Json;
use polity_app::role_assignments::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::RoleAssignmentList;
use crate::v1::common::OrganizationPath;

/// List role assignments
///
/// Those of the organization itself, newest first; what is inherited stands in the lists of those above.
/// Filter by `id principal_type user api_key group service_account role resource_type resource_id conditional expire_time
/// create_time`;
/// order by `create_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/role-assignments",
    operation_id = "list_role_assignments", tag = "Role assignments", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of assignments", body = RoleAssignmentList), Problems))]
pub async fn list_role_assignments(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<RoleAssignmentList>, Problem> {
    Ok(Json(list(&op, at.organization_id, &params.into()).await?.into()))
}
