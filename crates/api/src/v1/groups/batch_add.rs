//! `POST {O}/groups/{group_id}/members/batch-add`

use axum::Json;
use polity_app::groups::batch_add;
use polity_web::{At, Body, Caller, Params, Problem, Problems};

use super::bodies::{GroupMemberRows, GroupMembersAdded, GroupPath};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Put many into a group
///
/// All or nothing.
#[utoipa::path(post, path = "/organizations/{organization_id}/groups/{group_id}/members/batch-add",
    operation_id = "batch_add_group_members", tag = "Groups", params(GroupPath, ValidateOnly),
    request_body = GroupMemberRows,
    responses((status = 200, description = "Who was put in", body = OrPreview<GroupMembersAdded>), Problems))]
pub async fn batch_add_group_members(
    Caller(op): Caller,
    At(at): At<GroupPath>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<GroupMemberRows>,
) -> Result<Previewed<Json<GroupMembersAdded>>, Problem> {
    let members = body.read()?;
    let outcome = batch_add(&op, at.organization_id, at.group_id, members, look.asked()).await?;
    Ok(Previewed::new(outcome, |places| Json(places.into())))
}
