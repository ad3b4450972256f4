//! `POST {O}/tags`

use garde::Validate;
use polity_app::etag;
use polity_app::tags::{NewTag, create};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::TagBody;
use crate::v1::common::OrganizationPath;

/// What a new tag is to be.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct NewTagBody {
    /// The display name
    #[schema(min_length = 1, max_length = 120, example = "On call")]
    title: String,
    /// How it is shown; none: in no colour
    #[serde(default)]
    #[schema(nullable = false, pattern = "^#[0-9a-fA-F]{6}$", example = "#1f6feb")]
    color: Option<String>,
    /// What it means, one line
    #[serde(default)]
    #[schema(max_length = 500, example = "Reachable at night")]
    description: String,
}

/// Create a tag
///
/// A tag gives nobody a right. Its title is unique in the organization, whatever the case.
#[utoipa::path(post, path = "/organizations/{organization_id}/tags", operation_id = "create_tag", tag = "Tags",
    params(OrganizationPath), request_body = NewTagBody,
    responses((status = 201, description = "The tag", body = TagBody), Problems))]
pub async fn create_tag(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewTagBody>,
) -> Result<Created<TagBody>, Problem> {
    let NewTagBody { title, color, description } = body;
    let view = create(&op, at.organization_id, NewTag { title, color, description }).await?;
    let body = TagBody::from(&view);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location).etag(etag(view.1)))
}
