//! `PATCH {W}/users/{user_id}`

use garde::Validate;
use polity_app::workspaces::users::update;
use polity_web::{At, Body, Caller, IfMatch, Params, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{WorkspaceUserBody, WorkspaceUserPath, resource};
use crate::v1::common::RoleRef;
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// What to change of a person of a workspace.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceUserPatch {
    /// Exactly the roles that they hold on the workspace from now on, by id or resource name
    #[garde(length(min = 1, max = 20))]
    #[schema(min_items = 1, max_items = 20)]
    roles: Vec<RoleRef>,
}

/// Change the roles of a user of a workspace
///
/// Only whoever could grant all that the person holds on the workspace changes them.
#[utoipa::path(patch, path = "/organizations/{organization_id}/workspaces/{workspace_id}/users/{user_id}",
    operation_id = "update_workspace_user", tag = "Workspaces", params(WorkspaceUserPath, ValidateOnly),
    request_body = WorkspaceUserPatch,
    responses((status = 200, description = "The person as they are now", body = OrPreview<WorkspaceUserBody>),
        Problems))]
pub async fn update_workspace_user(
    Caller(op): Caller,
    At(at): At<WorkspaceUserPath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<WorkspaceUserPatch>,
) -> Result<Previewed<Resource<WorkspaceUserBody>>, Problem> {
    let roles: Vec<_> = body.roles.into_iter().map(|role| role.0).collect();
    let outcome = update(&op, at.of(), &roles, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, resource))
}
