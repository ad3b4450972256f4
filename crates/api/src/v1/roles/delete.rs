//! `DELETE {O}/roles/{role_id}`

use polity_app::roles::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::RolePath;
use crate::v1::common::RoleRef;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// What takes the role's place.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct DeleteRoleParams {
    /// The role that takes its place with all who hold it, and in pending invitations: an id or a
    /// resource name. Needed while it is in use
    #[serde(default)]
    #[param(value_type = Option<String>, max_length = 200, example = "role_00000000000000000000000003")]
    reassign_to: Option<RoleRef>,
}

/// Delete a custom role
///
/// While somebody holds it here or below, or a pending invitation offers it, it takes `reassign_to`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/roles/{role_id}", operation_id = "delete_role",
    tag = "Roles", params(RolePath, DeleteRoleParams, ValidateOnly),
    responses((status = 204, description = "It is deleted"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_role(
    Caller(op): Caller,
    At(at): At<RolePath>,
    IfMatch(if_match): IfMatch,
    Params(instead): Params<DeleteRoleParams>,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let other = instead.reassign_to.map(|role| role.0);
    let outcome = delete(&op, at.organization_id, at.role_id, other, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
