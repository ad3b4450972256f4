//! `POST {O}/groups/{group_id}/members/batch-remove`

use polity_app::groups::batch_remove;
use polity_web::{At, Body, Caller, NoContent, Params, Problem, Problems};

use super::bodies::{GroupMemberRows, GroupPath};
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Take many out of a group
///
/// All or nothing.
#[utoipa::path(post, path = "/organizations/{organization_id}/groups/{group_id}/members/batch-remove",
    operation_id = "batch_remove_group_members", tag = "Groups", params(GroupPath, ValidateOnly),
    request_body = GroupMemberRows,
    responses((status = 204, description = "They are in it no more"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn batch_remove_group_members(
    Caller(op): Caller,
    At(at): At<GroupPath>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<GroupMemberRows>,
) -> Result<Previewed<NoContent>, Problem> {
    let members = body.read()?;
    let outcome = batch_remove(&op, at.organization_id, at.group_id, members, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
