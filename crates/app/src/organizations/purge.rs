//! Erasing deleted organizations that can be restored no longer.

use std::sync::Arc;

use polity_domain::ids::OrganizationId;
use polity_domain::ledger::event::{Change, SystemReason};
use polity_store::organizations::{Clearing, Due};

use crate::{App, AppError, Kind, Op};

/// How many organizations are looked for at once.
const LOOKED_FOR: u64 = 100;
/// Rows that one transaction removes: a short one, so that no request waits for it.
const REMOVED_AT_ONCE: u64 = 500;

/// Erases every organization whose time is over: what is below another one first. Then removes what they
/// had, and what earlier ones had that were not finished. Several servers may do it at once.
///
/// # Errors
/// Only when nothing can be looked for. What goes wrong with one organization is logged, and tried again the next time.
pub async fn purge_due(app: &Arc<App>) -> Result<(), AppError> {
    // With the last one below it gone, the one above can go.
    while purge_all(app).await? > 0 {}
    let mut at = Clearing::default();
    loop {
        match app.store.clear_purged(&mut at, REMOVED_AT_ONCE).await {
            Ok(true) => tokio::task::yield_now().await,
            Ok(false) => return Ok(()),
            Err(error) if at.skip() => {
                tracing::error!(?error, "what a purged organization had could not be removed");
            }
            Err(error) => return Err(error.into()),
        }
    }
}

/// Purges all that are due and have nothing below them; how many.
async fn purge_all(app: &Arc<App>) -> Result<u64, AppError> {
    let (mut purged, mut after): (u64, Option<Due>) = (0, None);
    loop {
        let due = app.store.due_for_purge(app.clock.now(), after, LOOKED_FOR).await?;
        let Some(last) = due.last() else { return Ok(purged) };
        after = Some(*last);
        for one in due {
            match purge(&Op::internal(app), one.organization).await {
                Ok(true) => purged += 1,
                Ok(false) => {}
                Err(error) => {
                    let organization = one.organization;
                    tracing::error!(%organization, ?error, "an organization could not be purged");
                }
            }
        }
    }
}

/// Purges one organization: from then on it was never there, but for the ledgers, which say that it was
/// purged. What it had is removed afterwards, without a lock. False when there is nothing to purge: it was
/// restored, something hangs below it, or another server was first.
///
/// # Errors
/// Those of the store.
#[tracing::instrument(name = "organizations.purge", skip_all, fields(%organization))]
pub async fn purge(op: &Op, organization: OrganizationId) -> Result<bool, AppError> {
    let Some(snapshot) = op.snapshot(organization).await? else { return Ok(false) };
    let tenant = snapshot.node(organization).is_some_and(|node| node.edge.is_none());
    // Of a tenant nobody is left who could read its own ledger: the root's tells it, too.
    let further: &[_] = if tenant { &[OrganizationId::ROOT] } else { &[] };
    let mut unit = match op.system_beyond(SystemReason::Retention, organization, further).await {
        // Another server was first, or it went to another tree with what is above it.
        Err(error) if error.kind == Kind::NotFound || error.code == "busy" => return Ok(false),
        opened => opened?,
    };
    let Some((found, _)) = unit.organizations().own().await? else { return Ok(false) };
    let Ok(purged) = found.purge(op.now()) else { return Ok(false) };
    if unit.snapshot().children(organization).next().is_some() {
        return Ok(false);
    }
    if tenant {
        unit.record(Change::OrganizationPurged(purged.told_to_root())).await?;
    }
    unit.commit(Change::OrganizationPurged(purged)).await?;
    tracing::info!("an organization was purged");
    Ok(true)
}
