//! Who holds a role.

use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::permissions::ROLE_ASSIGNMENTS_READ;
use polity_domain::roles::BuiltIn;
use polity_store::role_assignments::{FIELDS, SORTABLE};

use super::get::reaching;
use crate::op::Listed;
use crate::role_assignments::AssignmentView;
use crate::{AppError, ListParams, Listing, Op};

/// The assignments by which a role is held in an organization itself, newest first.
///
/// # Errors
/// 404 for a role that the organization cannot use.
#[tracing::instrument(name = "roles.holders", skip_all, fields(%organization, %id))]
pub async fn holders(
    op: &Op,
    organization: OrganizationId,
    id: RoleId,
    params: &ListParams,
) -> Result<Listing<AssignmentView>, AppError> {
    let reader = op.read(ROLE_ASSIGNMENTS_READ, organization).await?;
    if BuiltIn::from_id(id).is_none() {
        let reaching = reaching(reader.snapshot(), organization);
        reader.roles().get(id, &reaching).await?.ok_or_else(AppError::not_found)?;
    }
    // A page token is good for the role that it was given for.
    let name = format!("roles.holders:{id}");
    let listed =
        Listed { name: &name, organization: Some(organization), fields: &FIELDS, sortable: SORTABLE };
    let request = op.page(&listed, params)?;
    let page = reader.role_assignments().by_role(id, &request).await?;
    op.listing(&listed, params, page)
}
