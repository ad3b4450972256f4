//! `GET {O}/roles`

use axum::Json;
use polity_app::roles::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::{RoleList, ScopeBody};
use crate::v1::common::OrganizationPath;

/// Which roles.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct RoleListParams {
    /// Only those that can be held there
    #[serde(default)]
    #[param(inline)]
    scope: Option<ScopeBody>,
}

/// List roles
///
/// The built-in ones first, in their own order, then the organization's own and the inherited ones,
/// newest first. Filter by `id organization title scope create_time update_time`; order the latter by
/// `title create_time update_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/roles", operation_id = "list_roles", tag = "Roles",
    params(OrganizationPath, ListParams, RoleListParams),
    responses((status = 200, description = "A page of roles", body = RoleList), Problems))]
pub async fn list_roles(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
    Params(which): Params<RoleListParams>,
) -> Result<Json<RoleList>, Problem> {
    let scope = which.scope.map(Into::into);
    let page = list(&op, at.organization_id, scope, &params.into()).await?;
    Ok(Json(RoleList::new(at.organization_id, page)))
}
