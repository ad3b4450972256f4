//! `DELETE {O}/resources/{resource_type}/{resource_id}`

use polity_app::resources::delete;
use polity_web::{At, Caller, IfMatch, NoContent, Params, Problem, Problems};

use super::bodies::ResourcePath;
use crate::v1::preview::{PreviewBody, Previewed, ValidateOnly};

/// Delete a resource
///
/// It is registered no longer, and the roles that are held on it in this organization end. While resources stand below
/// it, it is 409 `resource_has_children`.
#[utoipa::path(delete, path = "/organizations/{organization_id}/resources/{resource_type}/{resource_id}",
    operation_id = "delete_resource", tag = "Resources", params(ResourcePath, ValidateOnly),
    responses((status = 204, description = "It is deleted"),
        (status = 200, description = "With `validate_only`: what would happen", body = PreviewBody), Problems))]
pub async fn delete_resource(
    Caller(op): Caller,
    At(at): At<ResourcePath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
) -> Result<Previewed<NoContent>, Problem> {
    let (organization, resource) = at.resource();
    let outcome = delete(&op, organization, &resource, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, |()| NoContent))
}
