//! `POST {O}/move`

use garde::Validate;
use polity_app::organizations::move_to;
use polity_web::{At, Body, Caller, IfMatch, Maybe, Params, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::OrganizationBody;
use crate::v1::common::{OrganizationPath, OrganizationRef};
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Where an organization is to go.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct MoveBody {
    /// The new parent, by id or resource name; `null` or `root`: to the top level, as a tenant
    #[serde(default)]
    #[schema(value_type = Option<OrganizationRef>, required = true)]
    parent: Maybe<OrganizationRef>,
}

/// Move an organization
///
/// With everything below it, in its tree or to another one. Needs `organizations.move` on the organization,
/// on the parent that it leaves and on the one that it goes to; for the top level the right to create
/// tenants. Refused with 409 `cycle`, `too_deep`, `last_owner` or `role_left_behind`.
#[utoipa::path(post, path = "/organizations/{organization_id}/move", operation_id = "move_organization",
    tag = "Organizations", params(OrganizationPath, ValidateOnly), request_body = MoveBody,
    responses((status = 200, description = "The organization in its new place; or the preview",
        body = OrPreview<OrganizationBody>), Problems))]
pub async fn move_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Params(preview): Params<ValidateOnly>,
    Body(body): Body<MoveBody>,
) -> Result<Previewed<Resource<OrganizationBody>>, Problem> {
    let parent = body.parent.change().ok_or_else(|| {
        Problem::field("/parent", "missing_field", "must be there: `null` moves to the top level")
    })?;
    let parent = parent.map(|parent| parent.0);
    let outcome = move_to(&op, at.organization_id, parent, &if_match, preview.asked()).await?;
    Ok(Previewed::new(outcome, OrganizationBody::resource))
}
