//! `POST {O}/tags/{tag_id}/attach`

use polity_app::tags::attach;
use polity_web::{At, Body, Caller, NoContent, Problem, Problems};

use super::bodies::{TagPath, TaggedResourcesBody};

/// Put a tag on things
///
/// On all of them or on none. What it is on already stays so.
#[utoipa::path(post, path = "/organizations/{organization_id}/tags/{tag_id}/attach", operation_id = "attach_tag",
    tag = "Tags", params(TagPath), request_body = TaggedResourcesBody,
    responses((status = 204, description = "It is on all of them"), Problems))]
pub async fn attach_tag(
    Caller(op): Caller,
    At(at): At<TagPath>,
    Body(body): Body<TaggedResourcesBody>,
) -> Result<NoContent, Problem> {
    attach(&op, at.organization_id, at.tag_id, &body.read()?).await?;
    Ok(NoContent)
}
