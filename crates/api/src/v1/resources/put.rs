//! `PUT {O}/resources/{resource_type}/{resource_id}`

use axum::response::{IntoResponse, Response};
use garde::Validate;
use polity_app::etag;
use polity_app::resources::{Place, Put, put};
use polity_web::{At, Body, Caller, Created, IfMatch, Params, Problem, Problems};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::{RegisteredResourceBody, ResourcePath};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};
use crate::v1::principals::ResourceBody;

/// Where a resource is to stand.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct ResourcePlaceBody {
    /// Below which living workspace (`{"type": "workspace", "id": "wks_…"}`) or registered resource of the organization;
    /// absent or `null`: in the organization itself
    #[serde(default)]
    #[garde(dive)]
    parent: Option<ResourceBody>,
    /// Whether roles that are held on what is above it reach it and what is below it
    #[serde(default = "inherits")]
    #[garde(skip)]
    #[schema(default = true)]
    inherits_roles: bool,
}

const fn inherits() -> bool {
    true
}

/// A resource as it was put.
pub struct Placed(Put);

impl IntoResponse for Placed {
    fn into_response(self) -> Response {
        match self.0 {
            Put::Placed(view) => RegisteredResourceBody::resource(&view).into_response(),
            Put::Created(view) => {
                let body = RegisteredResourceBody::from(&view);
                let location = format!("/api/v1/{}", body.name);
                Created::new(body, location).etag(etag(view.1)).into_response()
            }
        }
    }
}

/// Register or move a resource
///
/// Tells what one of an application's resources stands below: a role that is held on a workspace or a resource reaches
/// what is below it, as far as every edge on the way inherits roles. Nothing stands below itself, and at most 8 levels
/// of resources below one another. The same once more changes nothing. Whoever may do this decides who
/// holds on the resource what is held above it.
#[utoipa::path(put, path = "/organizations/{organization_id}/resources/{resource_type}/{resource_id}",
    operation_id = "put_resource", tag = "Resources", params(ResourcePath, ValidateOnly),
    request_body = ResourcePlaceBody,
    responses((status = 201, description = "It is registered", body = RegisteredResourceBody),
        (status = 200, description = "It was registered before, and is as it is now",
            body = OrPreview<RegisteredResourceBody>), Problems))]
pub async fn put_resource(
    Caller(op): Caller,
    At(at): At<ResourcePath>,
    IfMatch(if_match): IfMatch,
    Params(look): Params<ValidateOnly>,
    Body(body): Body<ResourcePlaceBody>,
) -> Result<Previewed<Placed>, Problem> {
    let (organization, resource) = at.resource();
    let place = Place { parent: body.parent.map(Into::into), inherits_roles: body.inherits_roles };
    let outcome = put(&op, organization, resource, place, &if_match, look.asked()).await?;
    Ok(Previewed::new(outcome, Placed))
}
