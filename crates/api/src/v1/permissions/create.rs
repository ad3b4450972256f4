//! `POST {O}/permissions`

use garde::Validate;
use polity_app::permissions::{NewPermission, register};
use polity_web::{At, Body, Caller, Created, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{DangerBody, PermissionBody};
use crate::v1::common::OrganizationPath;

/// A permission of an application's own product.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct NewPermissionBody {
    /// `resource.action`: each part 1 to 63 characters of a-z, 0-9 and _, beginning with a letter
    #[garde(length(bytes, max = 127))]
    #[schema(
        max_length = 127,
        pattern = "^[a-z][a-z0-9_]{0,62}\\.[a-z][a-z0-9_]{0,62}$",
        example = "documents.publish"
    )]
    name: String,
    /// What it allows, for a person
    #[garde(custom(a_line))]
    #[schema(min_length = 1, max_length = 500, example = "Publish a document")]
    description: String,
    /// How much harm it can do: `READ` is also held by Reader, everything by Owner and Admin
    #[garde(skip)]
    danger: DangerBody,
    /// Whether it is no longer to be granted; it is still checked
    #[serde(default)]
    #[garde(skip)]
    deprecated: bool,
}

fn a_line(text: &str, _: &()) -> garde::Result {
    polity_domain::text::check_line(text, 500).map_err(garde::Error::new)
}

/// Register a permission
///
/// It is known in the whole tree from then on, at most 1000 of them. The organization that registered it
/// may do so again, to describe it anew; the same once more changes nothing.
#[utoipa::path(post, path = "/organizations/{organization_id}/permissions", operation_id = "create_permission",
    tag = "Permissions", params(OrganizationPath), request_body = NewPermissionBody,
    responses((status = 201, description = "The permission", body = PermissionBody), Problems))]
pub async fn create_permission(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<NewPermissionBody>,
) -> Result<Created<PermissionBody>, Problem> {
    let NewPermissionBody { name, description, danger, deprecated } = body;
    let new = NewPermission { name, description, danger: danger.into(), deprecated };
    let body = PermissionBody::new(at.organization_id, register(&op, at.organization_id, new).await?);
    let location = format!("/api/v1/{}", body.name);
    Ok(Created::new(body, location))
}
