//! Erasing deleted workspaces that can be restored no longer.

use std::sync::Arc;

use polity_domain::ids::{OrganizationId, WorkspaceId};
use polity_domain::ledger::event::{Change, SystemReason};
use polity_domain::roles::ResourceRef;
use polity_store::Writer;

use crate::resources::ending;
use crate::{App, AppError, Kind, Op};

/// How many are looked for at once.
const LOOKED_FOR: u64 = 100;
/// It is purged so many seconds after its time: a request that began before may still restore it, and servers' clocks
/// differ a little.
const MARGIN: i64 = 300;
/// Roles on it that one transaction ends, or resources below it that one deletes.
const ENDED_AT_ONCE: u64 = 100;

/// Erases every workspace whose time is over. Several servers may do it at once.
///
/// # Errors
/// Only when none can be looked for. What goes wrong with one is logged, and tried again the next time.
pub async fn purge_due(app: &Arc<App>) -> Result<(), AppError> {
    let mut after = None;
    loop {
        let due = app
            .store
            .workspaces_due_for_purge(app.clock.now().plus_seconds(-MARGIN), after, LOOKED_FOR)
            .await?;
        let Some(last) = due.last() else { return Ok(()) };
        after = Some(*last);
        for one in due {
            let purged = async {
                while purge(&Op::internal(app), one.organization, one.id).await? {}
                Ok::<_, AppError>(())
            };
            if let Err(error) = purged.await {
                tracing::error!(workspace = %one.id, ?error, "a workspace could not be purged");
            }
        }
    }
}

/// Purges one workspace and the tags on it, when no role is held on it any more and nothing stands below it; until then, ends some of these:
/// the organization's lock is held for a short time only. Invitations and links into it stay as they are: nobody comes
/// in by them. True when more is to be done. There is nothing to do when it was restored, another server was first, or its
/// organization is purged itself.
#[tracing::instrument(name = "workspaces.purge", skip_all, fields(%organization, %id))]
async fn purge(op: &Op, organization: OrganizationId, id: WorkspaceId) -> Result<bool, AppError> {
    let mut unit = match op.system(SystemReason::Retention, organization).await {
        Err(error) if error.kind == Kind::NotFound || error.code == "busy" => return Ok(false),
        opened => opened?,
    };
    let Some((workspace, _)) = unit.workspaces().get(id).await? else { return Ok(false) };
    if !workspace.is_due_for_purge(op.now().plus_seconds(-MARGIN)) {
        return Ok(false);
    }
    let held = unit.workspaces().role_assignments(id, ENDED_AT_ONCE).await?;
    let mut changes: Vec<_> = held.into_iter().map(Change::RoleAssignmentDeleted).collect();
    let mut more = changes.len() as u64 == ENDED_AT_ONCE;
    if !more {
        more = below(&unit, id, &mut changes).await?;
    }
    if !more {
        changes.push(Change::WorkspacePurged(workspace));
    }
    let Some(last) = changes.pop() else { return Ok(false) };
    for change in changes {
        unit.record(change).await?;
    }
    unit.commit(last).await?;
    if !more {
        tracing::info!("a workspace was purged");
    }
    Ok(more)
}

/// Deletes some of what stands below a workspace, what is below others first, with the roles that are held on it. True
/// when more may be left.
async fn below(unit: &Writer, id: WorkspaceId, changes: &mut Vec<Change>) -> Result<bool, AppError> {
    let workspace = ResourceRef::workspace(id);
    let all = unit.snapshot().all_resources_below(unit.organization(), &workspace);
    let some = usize::try_from(ENDED_AT_ONCE).unwrap_or(usize::MAX);
    let more = all.len() > some;
    let last: Vec<_> = all.into_iter().rev().take(some).cloned().collect();
    for resource in last {
        if let Some((gone, _)) = unit.resources().get(&resource).await? {
            changes.extend(ending(unit, gone).await?);
        }
    }
    Ok(more)
}
