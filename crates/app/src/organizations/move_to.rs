//! Moving an organization.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ORGANIZATIONS_MOVE;
use polity_store::Writer;

use super::above::root_stays;
use super::create::tenant_right;
use super::relocate::{moved_meanwhile, relocate};
use super::view::OrganizationView;
use crate::{AppError, IfMatch, Kind, Op, Outcome};

/// Moves an organization with everything below it: under `parent`, in its tree or in another one, or to the
/// top level (none, or the root). The right to move is needed on the organization, on the parent it leaves
/// and on the one it goes to; for the top level the right to create tenants.
///
/// # Errors
/// 404 when the caller may not know of it or of the new parent; 403 without one of the rights; 409 `cycle`,
/// `too_deep`, `last_owner`, `role_left_behind`, `root_organization`; 412.
#[tracing::instrument(name = "organizations.move", skip_all, fields(%organization))]
pub async fn move_to(
    op: &Op,
    organization: OrganizationId,
    parent: Option<OrganizationId>,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<OrganizationView>, AppError> {
    let parent = parent.filter(|parent| *parent != OrganizationId::ROOT);
    if organization == OrganizationId::ROOT {
        op.may(ORGANIZATIONS_MOVE, organization).await?;
        return Err(root_stays());
    }
    let unit = if let Some(parent) = parent {
        op.may(ORGANIZATIONS_MOVE, parent).await?;
        let tree = op.store().tree_of(parent).await?.ok_or_else(AppError::not_found)?;
        op.write_at(ORGANIZATIONS_MOVE, organization, organization, &[tree]).await?
    } else {
        op.may(ORGANIZATIONS_MOVE, organization).await?;
        tenant_right(op).await?;
        op.write_apart(ORGANIZATIONS_MOVE, organization, organization).await?
    };
    let (current, revision) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    if let Some(old) = current.parent() {
        // It is no secret that the organization has a parent: what is lacking is the right there.
        require(op, &unit, old).map_err(|error| match error.kind {
            Kind::NotFound => AppError::forbidden(ORGANIZATIONS_MOVE.name()),
            _ => error,
        })?;
    }
    if let Some(new) = parent {
        require(op, &unit, new)?;
    }
    relocate(op, unit, parent, validate_only).await
}

/// Whether the caller may move here, decided under the lock.
fn require(op: &Op, unit: &Writer, at: OrganizationId) -> Result<(), AppError> {
    let snapshot = unit.snapshot_of(at).ok_or_else(moved_meanwhile)?;
    snapshot.permit(&op.principal()?, ORGANIZATIONS_MOVE, at, op.moment())?;
    Ok(())
}
