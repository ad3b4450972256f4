//! `PATCH {O}/members/{user_id}`

use polity_app::members::update;
use polity_web::{At, Body, Caller, IfMatch, Params, Problem, Problems, Resource};

use super::bodies::{MemberBody, MemberPatch, MemberPath, resource};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Change a member
///
/// Only whoever could grant all roles that a member holds directly changes them. The last lasting owner
/// stays one.
#[utoipa::path(patch, path = "/organizations/{organization_id}/members/{user_id}",
    operation_id = "update_member", tag = "Members", params(MemberPath, ValidateOnly), request_body = MemberPatch,
    responses((status = 200, description = "The member as they are now", body = OrPreview<MemberBody>), Problems))]
pub async fn update_member(
    Caller(op): Caller,
    At(at): At<MemberPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<MemberPatch>,
) -> Result<Previewed<Resource<MemberBody>>, Problem> {
    let outcome = update(&op, at.organization_id, at.user_id, body.into(), &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, resource))
}
