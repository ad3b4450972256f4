//! Looking at one role.

use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, RoleId};
use polity_domain::permissions::ROLES_READ;
use polity_domain::roles::BuiltIn;

use super::view::RoleView;
use crate::{AppError, Op};

/// One role that an organization can use: built in, its own, or inherited.
///
/// # Errors
/// 404 for another organization's.
#[tracing::instrument(name = "roles.get", skip_all, fields(%organization, %id))]
pub async fn get(op: &Op, organization: OrganizationId, id: RoleId) -> Result<RoleView, AppError> {
    let reader = op.read(ROLES_READ, organization).await?;
    if let Some(role) = BuiltIn::from_id(id) {
        return Ok(RoleView::built_in(reader.snapshot(), role));
    }
    let reaching = reaching(reader.snapshot(), organization);
    let (role, revision) = reader.roles().get(id, &reaching).await?.ok_or_else(AppError::not_found)?;
    Ok(RoleView::custom(organization, role, revision))
}

/// The organizations whose roles reach this one, itself among them.
pub(super) fn reaching(snapshot: &Snapshot, organization: OrganizationId) -> Vec<OrganizationId> {
    snapshot.reaching(organization).collect()
}
