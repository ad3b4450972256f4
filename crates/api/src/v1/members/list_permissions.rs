//! `GET {O}/members/{user_id}/effective-permissions`

use axum::Json;
use polity_app::members::effective_permissions;
use polity_web::{At, Caller, Problem, Problems};
use serde::Serialize;
use utoipa::ToSchema;

use super::bodies::MemberPath;
use crate::v1::access::PermissionPathsBody;

/// Everything that a member may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberPermissions {
    /// The permissions by name, each with the ways by which they come
    permissions: Vec<PermissionPathsBody>,
}

/// List what a member may do
///
/// In the organization as a whole; each permission with every way by which it comes, nearest first.
#[utoipa::path(get, path = "/organizations/{organization_id}/members/{user_id}/effective-permissions",
    operation_id = "list_member_permissions", tag = "Members", params(MemberPath),
    responses((status = 200, description = "The permissions", body = MemberPermissions), Problems))]
pub async fn list_member_permissions(
    Caller(op): Caller,
    At(at): At<MemberPath>,
) -> Result<Json<MemberPermissions>, Problem> {
    let held = effective_permissions(&op, at.organization_id, at.user_id).await?;
    Ok(Json(MemberPermissions { permissions: held.into_iter().map(Into::into).collect() }))
}
