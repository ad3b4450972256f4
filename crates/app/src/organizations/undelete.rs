//! Restoring a deleted organization.

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::permissions::ORGANIZATIONS_DELETE;

use super::above::write_above;
use super::below::check_takes_child;
use super::view::{OrganizationView, conclude};
use crate::{AppError, Op};

/// Restores a deleted organization, until it is purged; what was deleted below it is restored by itself,
/// parents first. One that was suspended is suspended again. A child is restored by those who may delete its
/// parent, a tenant by a person who could delete it while it lived.
///
/// # Errors
/// 404 for everybody else; 409 `slug_taken` when another organization has its slug by now, `wrong_state`
/// when it is not deleted or its time is over, `limit_exceeded` and `refused_by_settings` when its parent takes
/// no more children.
#[tracing::instrument(name = "organizations.undelete", skip_all, fields(%organization))]
pub async fn undelete(op: &Op, organization: OrganizationId) -> Result<OrganizationView, AppError> {
    let snapshot = op.snapshot(organization).await?.ok_or_else(AppError::not_found)?;
    let top_level = snapshot.node(organization).is_some_and(|node| node.edge.is_none());
    let unit = if top_level {
        op.restore(organization).await?
    } else {
        write_above(op, ORGANIZATIONS_DELETE, organization).await?
    };
    let (before, _) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    let after = before.undelete(op.now())?;
    if let Some(parent) = before.parent() {
        check_takes_child(&unit, parent).await?;
    }
    let recorded = unit.seal(Change::OrganizationUndeleted(Changed { before, after: after.clone() })).await?;
    conclude(op, recorded, after, None).await
}
