//! `GET {O}/roles/{role_id}/holders`

use axum::Json;
use polity_app::roles::holders;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::RolePath;
use crate::v1::role_assignments::RoleAssignmentList;

/// List who holds a role
///
/// The assignments in the organization itself, newest first, also on single resources. Filter by
/// `id user api_key group service_account role resource_type resource_id expire_time create_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/roles/{role_id}/holders",
    operation_id = "list_role_holders", tag = "Roles", params(RolePath, ListParams),
    responses((status = 200, description = "A page of assignments", body = RoleAssignmentList), Problems))]
pub async fn list_role_holders(
    Caller(op): Caller,
    At(at): At<RolePath>,
    Params(params): Params<ListParams>,
) -> Result<Json<RoleAssignmentList>, Problem> {
    let page = holders(&op, at.organization_id, at.role_id, &params.into()).await?;
    Ok(Json(page.into()))
}
