//! `POST {O}/tags/{tag_id}/detach`

use polity_app::tags::detach;
use polity_web::{At, Body, Caller, NoContent, Problem, Problems};

use super::bodies::{TagPath, TaggedResourcesBody};

/// Take a tag off things
///
/// What it is not on stays so.
#[utoipa::path(post, path = "/organizations/{organization_id}/tags/{tag_id}/detach", operation_id = "detach_tag",
    tag = "Tags", params(TagPath), request_body = TaggedResourcesBody,
    responses((status = 204, description = "It is on none of them"), Problems))]
pub async fn detach_tag(
    Caller(op): Caller,
    At(at): At<TagPath>,
    Body(body): Body<TaggedResourcesBody>,
) -> Result<NoContent, Problem> {
    detach(&op, at.organization_id, at.tag_id, &body.read()?).await?;
    Ok(NoContent)
}
