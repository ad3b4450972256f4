//! `GET {O}/groups/{group_id}/members/{principal_id}`

use polity_app::etag;
use polity_app::groups::get_member;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{GroupMemberBody, GroupMemberPath};

/// Get a place in a group
///
/// A user or another group that is directly in it.
#[utoipa::path(get, path = "/organizations/{organization_id}/groups/{group_id}/members/{principal_id}",
    operation_id = "get_group_member", tag = "Groups", params(GroupMemberPath),
    responses((status = 200, description = "The place in the group", body = GroupMemberBody), Problems))]
pub async fn get_group_member(
    Caller(op): Caller,
    At(at): At<GroupMemberPath>,
) -> Result<Resource<GroupMemberBody>, Problem> {
    let (place, revision) = get_member(&op, at.organization_id, at.group_id, at.principal_id).await?;
    Ok(Resource::new(GroupMemberBody::from(place)).etag(etag(revision)))
}
