//! Deleting a resource.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::Change;
use polity_domain::permissions::RESOURCES_REGISTER;
use polity_domain::resources::Resource;
use polity_domain::roles::ResourceRef;
use polity_store::Writer;

use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Deletes a resource that nothing stands below: it is registered no longer, and the roles that were held on it end.
///
/// # Errors
/// 409 `resource_has_children`; 412 when `if_match` is another version.
#[tracing::instrument(name = "resources.delete", skip_all, fields(%organization))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    resource: &ResourceRef,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write(RESOURCES_REGISTER, organization).await?;
    let (gone, revision) = unit.resources().get(resource).await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    if unit.snapshot().resources_below(organization, resource).next().is_some() {
        let detail = "Resources stand below it: delete or move these first.";
        return Err(AppError::conflict("resource_has_children", detail));
    }
    let changes = ending(&unit, gone).await?;
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}

/// What ends with a resource: the roles that are held on it in its organization, then itself.
pub(crate) async fn ending(unit: &Writer, gone: Resource) -> Result<Vec<Change>, AppError> {
    let held = unit.role_assignments().on_resource(&gone.resource).await?;
    let mut changes: Vec<_> = held.into_iter().map(Change::RoleAssignmentDeleted).collect();
    changes.push(Change::ResourceDeleted(gone));
    Ok(changes)
}
