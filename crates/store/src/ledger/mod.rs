//! The ledger's tables: leaves, what is personal beside them, Merkle nodes, heads.

mod address;
mod audit;
mod browse;
mod doctor;
mod listing;
mod proofs;
pub(crate) mod rows;

pub use audit::{Ledger, LedgerView};
pub use browse::{Browsed, Tally, Window};
pub use doctor::TreeReport;
pub use listing::{FIELDS, SORTABLE};
pub use proofs::{ConsistencyProof, Head, InclusionPath, InclusionProof, PersonalRecord};
pub(crate) use proofs::{head, root};

use polity_domain::access::Snapshot;
use polity_domain::ids::TreeId;
use polity_domain::ledger::event::{Change, Event};
use polity_domain::ledger::leaf::Leaf;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::StoreError;
use crate::convert::signed;

/// How many events are read at a time.
const BATCH: u64 = 1000;

/// A snapshot with all events folded in that the ledger has beyond it.
pub(crate) async fn catch_up<C: ConnectionTrait>(
    db: &C,
    snapshot: &Snapshot,
) -> Result<Snapshot, StoreError> {
    let mut next = snapshot.clone();
    follow(db, &mut next, u64::MAX).await?;
    Ok(next)
}

/// Folds the events in that the ledger has beyond a snapshot, up to a revision.
pub(crate) async fn follow<C: ConnectionTrait>(
    db: &C,
    snapshot: &mut Snapshot,
    until: u64,
) -> Result<(), StoreError> {
    while snapshot.revision() < until {
        let events = events_after(db, snapshot.tree_id(), snapshot.revision(), until).await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            snapshot.apply(&event.change);
            // A long history holds up nobody else on this thread.
            tokio::task::consume_budget().await;
        }
    }
    Ok(())
}

/// What changed in a tree after one revision and up to another.
pub(crate) async fn changes_between<C: ConnectionTrait>(
    db: &C,
    tree: TreeId,
    after: u64,
    until: u64,
) -> Result<Vec<Change>, StoreError> {
    let (mut changes, mut reached) = (Vec::new(), after);
    while reached < until {
        let events = events_after(db, tree, reached, until).await?;
        let Some(last) = events.last() else { break };
        reached = last.revision;
        changes.extend(events.into_iter().map(|event| event.change));
    }
    Ok(changes)
}

async fn events_after<C: ConnectionTrait>(
    db: &C,
    tree: TreeId,
    after: u64,
    until: u64,
) -> Result<Vec<Event>, StoreError> {
    let rows = rows::leaf::Entity::find()
        .filter(rows::leaf::Column::TreeId.eq(tree.uuid()))
        .filter(rows::leaf::Column::Revision.gt(signed(after)))
        .filter(rows::leaf::Column::Revision.lte(signed(until)))
        .order_by_asc(rows::leaf::Column::Revision)
        .limit(BATCH)
        .all(db)
        .await?;
    // What is personal decides nothing: it stays where it is.
    rows.iter().map(|row| Ok(Leaf::read(&row.leaf, None)?)).collect()
}
