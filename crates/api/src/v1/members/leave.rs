//! `POST {O}/members/leave`

use polity_app::members::leave;
use polity_web::{At, Caller, NoContent, Params, Problem, Problems};

use crate::v1::common::OrganizationPath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Leave an organization
///
/// Ends the caller's own membership. The last lasting owner hands over first.
#[utoipa::path(post, path = "/organizations/{organization_id}/members/leave",
    operation_id = "leave_organization", tag = "Members", params(OrganizationPath, ValidateOnly),
    responses((status = 204, description = "The caller is a member no more"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn leave_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let outcome = leave(&op, at.organization_id, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
