//! `DELETE {O}/groups/{group_id}`

use polity_app::groups::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::GroupPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Delete a group
///
/// The roles that it holds end with it, and so do all places in it. The caller must be able to grant all
/// that it gives.
#[utoipa::path(delete, path = "/organizations/{organization_id}/groups/{group_id}", operation_id = "delete_group",
    tag = "Groups", params(GroupPath, ValidateOnly),
    responses((status = 204, description = "It is deleted"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_group(
    Caller(op): Caller,
    At(at): At<GroupPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = delete(&op, at.organization_id, at.group_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
