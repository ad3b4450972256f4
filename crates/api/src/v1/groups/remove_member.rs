//! `DELETE {O}/groups/{group_id}/members/{principal_id}`

use polity_app::groups::remove_member;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::GroupMemberPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Take somebody out of a group
///
/// A user or another group that is directly in it. The caller must be able to grant all that they hold.
#[utoipa::path(delete, path = "/organizations/{organization_id}/groups/{group_id}/members/{principal_id}",
    operation_id = "delete_group_member", tag = "Groups", params(GroupMemberPath, ValidateOnly),
    responses((status = 204, description = "They are in it no more"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_group_member(
    Caller(op): Caller,
    At(at): At<GroupMemberPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let GroupMemberPath { organization_id, group_id, principal_id } = at;
    let outcome =
        remove_member(&op, organization_id, group_id, principal_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
