//! `PUT {O}/customizations`

use polity_app::customizations::update;
use polity_domain::customizations::Content;
use polity_web::{At, Body, Caller, IfMatch, Problem, Problems, Resource};

use super::bodies::{CustomizationsBody, CustomizationsInput};
use crate::v1::common::OrganizationPath;

/// Replace how an organization looks and what its mail says
///
/// The whole document: what is absent is said no longer, and inherited. Each change is a new version; the
/// newest 50 are kept. A part that is enforced above cannot be said anew (409 `setting_enforced`).
#[utoipa::path(put, path = "/organizations/{organization_id}/customizations",
    operation_id = "update_organization_customizations", tag = "Organizations", params(OrganizationPath),
    request_body = CustomizationsInput,
    responses((status = 200, description = "The new version", body = CustomizationsBody), Problems))]
pub async fn update_organization_customizations(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    IfMatch(if_match): IfMatch,
    Body(body): Body<CustomizationsInput>,
) -> Result<Resource<CustomizationsBody>, Problem> {
    let content = Content::try_from(body)?;
    Ok(CustomizationsBody::resource(update(&op, at.organization_id, content, &if_match).await?))
}
