//! `DELETE {O}/members/{user_id}`

use polity_app::members::remove;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::MemberPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Remove a member
///
/// The roles that hang on the membership end with it. The account is the person's own and stays.
#[utoipa::path(delete, path = "/organizations/{organization_id}/members/{user_id}",
    operation_id = "delete_member", tag = "Members", params(MemberPath, ValidateOnly),
    responses((status = 204, description = "They are a member no more"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_member(
    Caller(op): Caller,
    At(at): At<MemberPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = remove(&op, at.organization_id, at.user_id, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
