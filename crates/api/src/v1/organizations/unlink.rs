//! `POST {O}/children/{child_id}/unlink`

use polity_app::organizations::{Owners, unlink};
use polity_domain::ids::OrganizationId;
use polity_web::{At, Caller, Params, Problem, Problems, Resource};
use serde::Deserialize;
use utoipa::IntoParams;

use super::bodies::OrganizationBody;
use crate::v1::preview::{OrPreview, Previewed, ValidateOnly};

/// The path of a child.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct ChildPath {
    /// The organization's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn02q")]
    organization_id: OrganizationId,
    /// The child's id
    #[param(value_type = String, example = "org_01h455vb4pex5vsknk084sn03r")]
    child_id: OrganizationId,
}

/// The query of letting a child go.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UnlinkParams {
    /// Whether the owners above become its own where it has none
    #[param(default = false)]
    #[serde(default)]
    keep_owners: bool,
}

/// Let a child go
///
/// It becomes top-level, with everything below it. Needs `organizations.unlink` on the organization, and no
/// right on the child. Refused with 409 `last_owner` when the child has no owner of its own (unless
/// `keep_owners`), and with 409
/// `role_left_behind` when roles from above are held in it.
#[utoipa::path(post, path = "/organizations/{organization_id}/children/{child_id}/unlink",
    operation_id = "unlink_child_organization", tag = "Organizations", params(ChildPath, UnlinkParams, ValidateOnly),
    responses((status = 200, description = "The organization, top-level now; or the preview",
        body = OrPreview<OrganizationBody>), Problems))]
pub async fn unlink_child_organization(
    Caller(op): Caller,
    At(at): At<ChildPath>,
    Params(params): Params<UnlinkParams>,
    Params(preview): Params<ValidateOnly>,
) -> Result<Previewed<Resource<OrganizationBody>>, Problem> {
    let owners = if params.keep_owners { Owners::Keep } else { Owners::Own };
    let outcome = unlink(&op, at.organization_id, at.child_id, owners, preview.asked()).await?;
    Ok(Previewed::new(outcome, OrganizationBody::resource))
}
