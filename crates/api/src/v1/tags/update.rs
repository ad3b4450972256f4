//! `PATCH {O}/tags/{tag_id}`

use garde::Validate;
use polity_app::tags::{TagUpdate, update};
use polity_web::{At, Body, Caller, IfMatch, Maybe, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{TagBody, TagPath};

/// What to change; what is absent stays as it is.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct TagPatch {
    /// The display name
    #[serde(default)]
    #[schema(nullable = false, min_length = 1, max_length = 120, example = "On call")]
    title: Option<String>,
    /// How it is shown; `null`: in no colour
    #[serde(default)]
    #[schema(value_type = Option<String>, pattern = "^#[0-9a-fA-F]{6}$", example = "#1f6feb")]
    color: Maybe<String>,
    /// What it means, one line
    #[serde(default)]
    #[schema(nullable = false, max_length = 500, example = "Reachable at night")]
    description: Option<String>,
}

/// Change a tag
///
/// Wherever it is.
#[utoipa::path(patch, path = "/organizations/{organization_id}/tags/{tag_id}", operation_id = "update_tag",
    tag = "Tags", params(TagPath), request_body = TagPatch,
    responses((status = 200, description = "The tag as it is now", body = TagBody), Problems))]
pub async fn update_tag(
    Caller(op): Caller,
    At(at): At<TagPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<TagPatch>,
) -> Result<Resource<TagBody>, Problem> {
    let change = TagUpdate { title: body.title, color: body.color.change(), description: body.description };
    let view = update(&op, at.organization_id, at.tag_id, change, &if_match).await?;
    Ok(TagBody::resource(&view))
}
