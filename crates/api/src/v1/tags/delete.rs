//! `DELETE {O}/tags/{tag_id}`

use polity_app::tags::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Problem, Problems};

use super::bodies::TagPath;

/// Delete a tag
///
/// It is on nothing any more.
#[utoipa::path(delete, path = "/organizations/{organization_id}/tags/{tag_id}", operation_id = "delete_tag",
    tag = "Tags", params(TagPath), responses((status = 204, description = "It is deleted"), Problems))]
pub async fn delete_tag(
    Caller(op): Caller,
    At(at): At<TagPath>,
    IfMatch(if_match): IfMatch,
) -> Result<NoContent, Problem> {
    delete(&op, at.organization_id, at.tag_id, &if_match).await?;
    Ok(NoContent)
}
