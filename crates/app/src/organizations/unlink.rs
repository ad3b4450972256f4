//! Letting a child go.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ORGANIZATIONS_UNLINK;

use super::relocate::relocate;
use super::view::OrganizationView;
use crate::{AppError, Op, Outcome};

/// Lets a child go, with everything below it: it becomes top-level, with a ledger of its own. It is the
/// parent's to do, and needs no right on the child.
///
/// # Errors
/// 404 when it is no child of the organization; 409 `last_owner` when only owners above own it,
/// `role_left_behind`, `wrong_state` when it is not active.
#[tracing::instrument(name = "organizations.unlink", skip_all, fields(%organization, %child))]
pub async fn unlink(
    op: &Op,
    organization: OrganizationId,
    child: OrganizationId,
    validate_only: bool,
) -> Result<Outcome<OrganizationView>, AppError> {
    let reader = op.may(ORGANIZATIONS_UNLINK, organization).await?;
    if !reader.snapshot().children(organization).any(|id| id == child) {
        return Err(AppError::not_found());
    }
    let unit = op.write_apart(ORGANIZATIONS_UNLINK, organization, child).await?;
    let node = unit.snapshot().node(child).ok_or_else(AppError::not_found)?;
    if node.edge.is_none_or(|edge| edge.parent != organization) {
        return Err(AppError::not_found());
    }
    match unit.snapshot().stopped(child) {
        None => relocate(op, unit, None, validate_only).await,
        Some(polity_domain::access::Denial::Suspended) => {
            Err(polity_domain::organizations::WrongState::NotActive.into())
        }
        Some(_) => Err(AppError::not_found()),
    }
}
