//! `POST {O}/groups/{group_id}/members`

use polity_app::etag;
use polity_app::groups::add_member;
use polity_web::{At, Body, Caller, Created, Params, Problem, Problems};

use super::bodies::{GroupMemberBody, GroupMemberRow, GroupPath};
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Put somebody into a group
///
/// A member of the organization, or another group of it. The caller must be able to grant all that the
/// group holds, and the groups that it stands in.
#[utoipa::path(post, path = "/organizations/{organization_id}/groups/{group_id}/members",
    operation_id = "add_group_member", tag = "Groups", params(GroupPath, ValidateOnly),
    request_body = GroupMemberRow,
    responses((status = 201, description = "The place in the group", body = GroupMemberBody),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn add_group_member(
    Caller(op): Caller,
    At(at): At<GroupPath>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<GroupMemberRow>,
) -> Result<Previewed<Created<GroupMemberBody>>, Problem> {
    let member = body.principal.read("")?;
    let outcome = add_member(&op, at.organization_id, at.group_id, member, look.asked()).await?;
    Ok(Previewed::new(outcome, |(place, revision)| {
        let body = GroupMemberBody::from(place);
        let location = format!("/api/v1/{}", body.name);
        Created::new(body, location).etag(etag(revision))
    }))
}
