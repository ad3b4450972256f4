//! `POST {O}/roles/{role_id}/clone`

use garde::Validate;
use polity_app::roles::clone;
use polity_domain::text::Title;
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{RoleBody, RolePath, a_description, tag};

/// What to call the new role.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct CloneBody {
    /// The display name
    #[garde(skip)]
    #[schema(value_type = String, min_length = 1, max_length = 120, example = "Readers of the north")]
    title: Title,
    /// What it is for; absent: what the model is for
    #[serde(default)]
    #[garde(inner(custom(a_description)))]
    #[schema(max_length = 500, example = "Read-only access")]
    description: Option<String>,
}

/// Make a custom role after another one
///
/// Also after a built-in or inherited one. The permissions are those that it has now.
#[utoipa::path(post, path = "/organizations/{organization_id}/roles/{role_id}/clone", operation_id = "clone_role",
    tag = "Roles", params(RolePath), request_body = CloneBody,
    responses((status = 201, description = "The new role", body = RoleBody), Problems))]
pub async fn clone_role(
    Caller(op): Caller,
    At(at): At<RolePath>,
    Body(body): Body<CloneBody>,
) -> Result<Created<RoleBody>, Problem> {
    let view = clone(&op, at.organization_id, at.role_id, body.title, body.description).await?;
    let tag = tag(&view).unwrap_or_default();
    let body = RoleBody::new(at.organization_id, view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(tag))
}
