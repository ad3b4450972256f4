//! `POST {O}/role-assignments/batch`

use axum::Json;
use garde::Validate;
use polity_app::role_assignments::{AssignmentBatch, batch};
use polity_domain::ids::RoleAssignmentId;
use polity_web::{At, Body, Caller, Params, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::{NewRoleAssignmentBody, RoleAssignmentBody};
use crate::v1::common::OrganizationPath;
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// What to withdraw and what to assign, 1 to 1000 rows in all.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchBody {
    /// The ids of the assignments to withdraw, first
    #[serde(default)]
    #[garde(length(max = 1000))]
    #[schema(value_type = Vec<String>, max_items = 1000)]
    delete: Vec<RoleAssignmentId>,
    /// The assignments to make, afterwards
    #[serde(default)]
    #[garde(length(max = 1000), dive)]
    #[schema(max_items = 1000)]
    create: Vec<NewRoleAssignmentBody>,
}

/// What was made.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// The new assignments, in order
    created: Vec<RoleAssignmentBody>,
}

/// Withdraw and assign many roles at once
///
/// All of it or nothing. Rights are judged as they were before, so that owners can change places.
#[utoipa::path(post, path = "/organizations/{organization_id}/role-assignments/batch",
    operation_id = "batch_role_assignments", tag = "Role assignments", params(OrganizationPath, ValidateOnly),
    request_body = BatchBody,
    responses((status = 200, description = "All is done", body = OrPreview<BatchAnswer>), Problems))]
pub async fn batch_role_assignments(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<BatchBody>,
) -> Result<Previewed<Json<BatchAnswer>>, Problem> {
    let rows = body.create.into_iter().enumerate();
    let create = rows.map(|(row, new)| new.read(&format!("/create/{row}"))).collect::<Result<_, _>>()?;
    let changes = AssignmentBatch { delete: body.delete, create };
    let outcome = batch(&op, at.organization_id, changes, look.asked()).await?;
    let show = |made: Vec<_>| BatchAnswer { created: made.into_iter().map(Into::into).collect() };
    Ok(Previewed::new(outcome, |made| Json(show(made))))
}
