//! Hanging an organization somewhere else, in its tree or in another one.

use polity_domain::access::Snapshot;
use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, Changed};
use polity_domain::organizations::{Edge, Organization};
use polity_store::Writer;

use super::below::check_takes_child;
use super::view::{OrganizationView, conclude, view};
use crate::changes::{outcome, unchanged};
use crate::preview::{Judged, judge};
use crate::{AppError, Op, Outcome};

/// Moves the unit's organization with everything below it: under `parent`, or to the top of a tree of its
/// own. The caller has the right to; whether it can be is judged here. What was synced with the old parent
/// is synced with the new one only once it says so.
///
/// # Errors
/// 409 `cycle`, `too_deep`, `last_owner`, `role_left_behind`, `refused_by_settings`, `limit_exceeded`.
pub(super) async fn relocate(
    op: &Op,
    mut unit: Writer,
    parent: Option<OrganizationId>,
    validate_only: bool,
) -> Result<Outcome<OrganizationView>, AppError> {
    let organization = unit.organization();
    let (before, revision) = unit.organizations().own().await?.ok_or_else(AppError::not_found)?;
    if before.parent() == parent {
        let preview = unchanged(&unit, validate_only);
        drop(unit);
        return Ok(outcome(view(op, before, revision).await?, preview));
    }
    let old = unit.snapshot_of(organization).ok_or_else(AppError::not_found)?;
    let new = parent.map(|parent| unit.snapshot_of(parent).ok_or_else(moved_meanwhile)).transpose()?;
    let tree_id = new.map_or(organization, Snapshot::tree_id);
    let after = Organization {
        tree_id,
        edge: parent.map(|parent| edge_to(parent, before.edge)),
        update_time: op.now(),
        ..before.clone()
    };
    if let Some(parent) = parent {
        check_takes_child(&unit, parent).await?;
    }
    let most = op.settings().organization_depth;
    let change = if tree_id == before.tree_id {
        old.check_move(organization, parent.ok_or_else(moved_meanwhile)?, most)?;
        Change::OrganizationMoved(Changed { before, after: after.clone() })
    } else {
        if let (Some(parent), Some(new)) = (parent, new) {
            new.check_depth(parent, old.height(organization), most)?;
        }
        let mut subtree = unit.collect_subtree(tree_id, after.edge).await?;
        subtree.organizations.iter_mut().take(1).for_each(|top| top.update_time = op.now());
        unit.record(Change::OrganizationLeft(Changed { before, after: after.clone() })).await?;
        Change::OrganizationJoined(subtree)
    };
    match judge(unit, change, validate_only, &[organization]).await? {
        Judged::Preview(preview) => Ok(Outcome::Preview(preview)),
        Judged::Ready(recorded) => Ok(Outcome::Done(conclude(op, *recorded, after, None).await?)),
    }
}

fn edge_to(parent: OrganizationId, old: Option<Edge>) -> Edge {
    let new = Edge::to(parent);
    match old {
        Some(old) => {
            Edge { inherits_roles: old.inherits_roles, inherits_settings: old.inherits_settings, ..new }
        }
        None => new,
    }
}

/// Where it is to hang went elsewhere between the question and the lock.
pub(super) fn moved_meanwhile() -> AppError {
    AppError::busy("the organization or its new parent moved meanwhile")
}
