//! `GET {O}/groups/{group_id}`

use polity_app::groups::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{GroupBody, GroupPath, resource};

/// Get a group
///
/// Who is in it tells `members`.
#[utoipa::path(get, path = "/organizations/{organization_id}/groups/{group_id}", operation_id = "get_group",
    tag = "Groups", params(GroupPath), responses((status = 200, description = "The group", body = GroupBody), Problems))]
pub async fn get_group(Caller(op): Caller, At(at): At<GroupPath>) -> Result<Resource<GroupBody>, Problem> {
    Ok(resource(get(&op, at.organization_id, at.group_id).await?))
}
