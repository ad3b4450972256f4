//! `GET {O}/tags/{tag_id}`

use polity_app::tags::get;
use polity_web::{At, Caller, Problem, Problems, Resource};

use super::bodies::{TagBody, TagPath};

/// Get a tag
///
/// What it is on is a list of its own.
#[utoipa::path(get, path = "/organizations/{organization_id}/tags/{tag_id}", operation_id = "get_tag",
    tag = "Tags", params(TagPath),
    responses((status = 200, description = "The tag", body = TagBody), Problems))]
pub async fn get_tag(Caller(op): Caller, At(at): At<TagPath>) -> Result<Resource<TagBody>, Problem> {
    Ok(TagBody::resource(&get(&op, at.organization_id, at.tag_id).await?))
}
