//! `POST {O}/suspend`

use garde::Validate;
use polity_app::organizations::suspend;
use polity_web::{At, Body, Caller, Params, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::ToSchema;

use super::bodies::OrganizationBody;
use crate::v1::common::OrganizationPath;
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// Why an organization is suspended.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
#[garde(allow_unvalidated)]
pub struct SuspendBody {
    /// Why, one line of plain text
    #[schema(min_length = 1, max_length = 500, example = "unpaid since March")]
    reason: String,
}

/// Suspend an organization
///
/// Its keys, its members' access and its identity providers stop at once, and so does everything below it;
/// its people keep their other organizations. It is the parent's to do (`organizations.suspend` there), for
/// a tenant the root's.
#[utoipa::path(post, path = "/organizations/{organization_id}/suspend", operation_id = "suspend_organization",
    tag = "Organizations", params(OrganizationPath, ValidateOnly), request_body = SuspendBody,
    responses((status = 200, description = "The organization, suspended; or the preview", body = OrPreview<OrganizationBody>),
        Problems))]
pub async fn suspend_organization(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Params(preview): Params<ValidateOnly>,
    Body(body): Body<SuspendBody>,
) -> Result<Previewed<Resource<OrganizationBody>>, Problem> {
    let outcome = suspend(&op, at.organization_id, body.reason, preview.asked()).await?;
    Ok(Previewed::new(outcome, OrganizationBody::resource))
}
