//! `POST {O}/members/batch-update`

use axum::Json;
use garde::Validate;
use polity_app::members::{MemberRow, MemberUpdate, batch_update};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Maybe, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{BatchParams, MemberPatch, MemberResults};
use crate::v1::common::{OrganizationPath, RoleRef, Timestamp, UserRef};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Whom to change, and what.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchUpdateBody {
    /// 1 to 1000 rows
    #[garde(length(min = 1, max = 1000), dive)]
    #[schema(min_items = 1, max_items = 1000)]
    members: Vec<MemberRowBody>,
}

/// One row: whom to change, and what; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct MemberRowBody {
    /// Whom, by id or resource name
    #[garde(skip)]
    user: UserRef,
    /// What they are there; `null` clears it
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Head of support")]
    title: Maybe<Title>,
    /// When the membership ends by itself; `null`: never
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<Timestamp>)]
    expire_time: Maybe<Timestamp>,
    /// Exactly the roles that they hold directly from now on, by id or resource name
    #[serde(default)]
    #[garde(inner(length(max = 100)))]
    #[schema(max_items = 100)]
    roles: Option<Vec<RoleRef>>,
}

impl From<MemberRowBody> for MemberRow {
    fn from(row: MemberRowBody) -> Self {
        let MemberRowBody { user, title, expire_time, roles } = row;
        Self { user: user.0, update: MemberUpdate::from(MemberPatch { title, expire_time, roles }) }
    }
}

/// Change many members
///
/// All or nothing, or with `partial` what can be done. All or nothing, rights are judged as they were
/// before, and an owner must be there in the end.
#[utoipa::path(post, path = "/organizations/{organization_id}/members/batch-update",
    operation_id = "batch_update_members", tag = "Members", params(OrganizationPath, BatchParams, ValidateOnly),
    request_body = BatchUpdateBody,
    responses((status = 200, description = "One result a row", body = OrPreview<MemberResults>), Problems))]
pub async fn batch_update_members(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(batch): Params<BatchParams>,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<BatchUpdateBody>,
) -> Result<Previewed<Json<MemberResults>>, Problem> {
    let rows = body.members.into_iter().map(Into::into).collect();
    let partial = batch.partial.unwrap_or(false);
    let outcome = batch_update(&op, at.organization_id, rows, partial, look.asked()).await?;
    Ok(Previewed::new(outcome, |rows| Json(MemberResults::new(rows, |view| Some(view.into())))))
}
