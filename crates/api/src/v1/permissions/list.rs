//! `GET {O}/permissions`

use axum::Json;
use polity_app::permissions::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::{PermissionBody, PermissionList};
use crate::v1::common::OrganizationPath;

/// List the catalogue of permissions
///
/// Polity's own and those that applications registered in the tree, by name. Filter by
/// `name organization danger deprecated create_time`; order by `name`.
#[utoipa::path(get, path = "/organizations/{organization_id}/permissions", operation_id = "list_permissions",
    tag = "Permissions", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of the catalogue", body = PermissionList), Problems))]
pub async fn list_permissions(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<PermissionList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(PermissionList {
        permissions: page
            .items
            .into_iter()
            .map(|view| PermissionBody::new(at.organization_id, view))
            .collect(),
        next_page_token: page.next_page_token,
        total_size: page.total_size,
    }))
}
