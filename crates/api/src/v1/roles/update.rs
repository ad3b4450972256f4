//! `PATCH {O}/roles/{role_id}`

use std::collections::BTreeSet;

use garde::Validate;
use polity_app::roles::{RoleUpdate, update};
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, IfMatch, Params, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{RoleBody, RolePath, a_description, names, resource};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct RolePatch {
    /// The display name
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 120, example = "Support")]
    title: Option<Title>,
    /// What it is for
    #[serde(default)]
    #[garde(inner(custom(a_description)))]
    #[schema(max_length = 500, example = "Answers customers")]
    description: Option<String>,
    /// The names of its permissions, all of them
    #[serde(default)]
    #[garde(inner(custom(names)))]
    #[schema(max_items = 2000, example = json!(["members.read"]))]
    permissions: Option<BTreeSet<String>>,
}

/// Change a custom role
///
/// Everybody who holds it may do at once what it allows now. The caller must hold all that it has had and
/// will have; `validate_only` shows who gains and loses what, here and below.
#[utoipa::path(patch, path = "/organizations/{organization_id}/roles/{role_id}", operation_id = "update_role",
    tag = "Roles", params(RolePath, ValidateOnly), request_body = RolePatch,
    responses((status = 200, description = "The role as it is now", body = OrPreview<RoleBody>), Problems))]
pub async fn update_role(
    Caller(op): Caller,
    At(at): At<RolePath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<RolePatch>,
) -> Result<Previewed<Resource<RoleBody>>, Problem> {
    let RolePatch { title, description, permissions } = body;
    let change = RoleUpdate { title, description, permissions };
    let outcome = update(&op, at.organization_id, at.role_id, change, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |view| resource(at.organization_id, view)))
}
