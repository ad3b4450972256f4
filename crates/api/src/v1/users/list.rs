//! `GET {O}/users`

use axum::Json;
use polity_app::users::list;
use polity_web::{At, Caller, ListParams, Params, Problem, Problems};

use super::bodies::UserList;
use crate::v1::common::OrganizationPath;

/// List users
///
/// The organization's members as source document 004 has them, newest first. Filter by
/// `user email display_name role role_scope search created_time updated_time`: `role` is a role's display name in
/// either case, by itself or after its scope (`Organization Admin`), and `role_scope` is `organization` or `workspace`;
/// both ask for roles that are held directly. Order by `display_name email created_time updated_time`.
#[utoipa::path(get, path = "/organizations/{organization_id}/users", operation_id = "list_users",
    tag = "Users", params(OrganizationPath, ListParams),
    responses((status = 200, description = "A page of users", body = UserList), Problems))]
pub async fn list_users(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(params): Params<ListParams>,
) -> Result<Json<UserList>, Problem> {
    let page = list(&op, at.organization_id, &params.into()).await?;
    Ok(Json(page.into()))
}
