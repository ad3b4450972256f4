//! `POST {O}/members/batch-delete`

use axum::Json;
use garde::Validate;
use polity_app::members::batch_delete;
use polity_web::{At, Body, Caller, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{BatchParams, MemberResults};
use crate::v1::common::{OrganizationPath, UserRef};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Whom to remove.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchDeleteMembersBody {
    /// 1 to 1000 users, by id or resource name
    #[garde(length(min = 1, max = 1000))]
    #[schema(min_items = 1, max_items = 1000)]
    users: Vec<UserRef>,
}

/// Remove many members
///
/// All or nothing, or with `partial` those who can be removed.
#[utoipa::path(post, path = "/organizations/{organization_id}/members/batch-delete",
    operation_id = "batch_delete_members", tag = "Members", params(OrganizationPath, BatchParams, ValidateOnly),
    request_body = BatchDeleteMembersBody,
    responses((status = 200, description = "One result a row", body = OrPreview<MemberResults>), Problems))]
pub async fn batch_delete_members(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(batch): Params<BatchParams>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<BatchDeleteMembersBody>,
) -> Result<Previewed<Json<MemberResults>>, Problem> {
    let users = body.users.into_iter().map(|user| user.0).collect();
    let partial = batch.partial.unwrap_or(false);
    let outcome = batch_delete(&op, at.organization_id, users, partial, look.asked()).await?;
    Ok(Previewed::new(outcome, |rows| Json(MemberResults::new(rows, |_| None))))
}
