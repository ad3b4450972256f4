//! Deleting an organization, restorable for a while.

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Edge, Organization, OrganizationState};
use polity_domain::permissions::{Action, ORGANIZATIONS_DELETE, ORGANIZATIONS_MOVE, Write};
use polity_store::Writer;

use super::above::root_stays;
use crate::preview::finish;
use crate::{AppError, IfMatch, Op, Outcome};

/// What becomes of the children.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Children {
    /// There must be none.
    #[default]
    Refuse,
    /// They are deleted as well, with everything below them.
    Delete,
    /// They move to the parent, with everything below them.
    Reparent,
}

/// Deletes an organization: it is restorable until it is purged, and everything in it stands still. Its
/// slug is free at once.
///
/// With [`Children::Delete`] one event is recorded for each organization, the deepest first, so that at no
/// revision something lives below what is deleted. With [`Children::Reparent`] nobody gains by it: a child
/// inherits from its new parent only what both edges let through.
///
/// # Errors
/// 403 without the right to delete, on everything that is deleted (and to move, on the parent that takes
/// children in); 409 `has_children`; 409 `no_parent` for a tenant's children, which nobody can take in;
/// 409 `last_owner` and `role_left_behind` for what moves; 412 when `if_match` is another version.
#[tracing::instrument(name = "organizations.delete", skip_all, fields(%organization))]
pub async fn delete(
    op: &Op,
    organization: OrganizationId,
    children: Children,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let mut unit = op.write(ORGANIZATIONS_DELETE, organization).await?;
    if organization == OrganizationId::ROOT {
        return Err(root_stays());
    }
    let (before, revision) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    if_match.check(revision)?;
    let living: Vec<_> =
        unit.snapshot().children(organization).filter(|id| lives(unit.snapshot(), *id)).collect();
    let mut touched = vec![organization];
    if !living.is_empty() {
        match children {
            Children::Refuse => {
                let detail = "It has children: delete or move them first, or say children=delete or children=reparent.";
                return Err(AppError::conflict("has_children", detail));
            }
            Children::Delete => delete_below(op, &mut unit).await?,
            Children::Reparent => reparent(op, &mut unit, &before, &living).await?,
        }
        touched.extend(living);
    }
    let change = deletion(op, before)?;
    let preview = finish(unit, change, validate_only, &touched).await?;
    Ok(preview.map_or(Outcome::Done(()), Outcome::Preview))
}

fn lives(snapshot: &Snapshot, organization: OrganizationId) -> bool {
    snapshot.node(organization).is_some_and(|node| !matches!(node.state, OrganizationState::Deleted { .. }))
}

fn deletion(op: &Op, before: Organization) -> Result<Change, AppError> {
    let after = before.delete(op.settings().deleted_retention_seconds, op.now())?;
    Ok(Change::OrganizationDeleted(Changed { before, after }))
}

/// Deletes everything below, the deepest first. What the caller could not delete by itself is not deleted
/// along with something else; a suspension is no shelter.
async fn delete_below(op: &Op, unit: &mut Writer) -> Result<(), AppError> {
    let top = unit.organization();
    let below: Vec<_> =
        unit.snapshot().subtree(top).into_iter().skip(1).filter(|id| lives(unit.snapshot(), *id)).collect();
    for id in below.into_iter().rev() {
        require(op, unit, ORGANIZATIONS_DELETE, id)?;
        let (before, _) = unit.organizations().get(id).await?.ok_or_else(AppError::not_found)?;
        unit.record(deletion(op, before)?).await?;
    }
    Ok(())
}

/// Hangs the children below the parent.
async fn reparent(
    op: &Op,
    unit: &mut Writer,
    gone: &Organization,
    children: &[OrganizationId],
) -> Result<(), AppError> {
    let Some(upper) = gone.edge else {
        let detail = "A top-level organization has no parent that could take its children in.";
        return Err(AppError::conflict("no_parent", detail));
    };
    require(op, unit, ORGANIZATIONS_MOVE, upper.parent)?;
    for id in children {
        let (before, _) = unit.organizations().get(*id).await?.ok_or_else(AppError::not_found)?;
        let edge = before.edge.map(|lower| through(upper, lower));
        let after = Organization { edge, update_time: op.now(), ..before.clone() };
        unit.record(Change::OrganizationMoved(Changed { before, after })).await?;
    }
    Ok(())
}

/// One edge in the place of two: what passes is what both let through.
fn through(upper: Edge, lower: Edge) -> Edge {
    Edge {
        parent: upper.parent,
        inherits_roles: upper.inherits_roles && lower.inherits_roles,
        inherits_settings: upper.inherits_settings && lower.inherits_settings,
        billing_synced: upper.billing_synced && lower.billing_synced,
        identity_provider_synced: upper.identity_provider_synced && lower.identity_provider_synced,
    }
}

fn require(
    op: &Op,
    unit: &Writer,
    action: Action<Write>,
    organization: OrganizationId,
) -> Result<(), AppError> {
    let held = unit.snapshot().holds(&op.principal()?, action.index(), organization, op.moment());
    if held { Ok(()) } else { Err(AppError::forbidden(action.name())) }
}
