//! Exporting events: all of them, page by page, as they stood at one moment.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::unfold;
use parking_lot::Mutex;
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::listing::{Comparator, OrderBy, Resolved, Value};
use polity_domain::permissions::AUDIT_READ;
use polity_domain::time::Time;
use polity_store::PageRequest;
use polity_store::ledger::{FIELDS, LedgerView, SORTABLE};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::timeout;

use super::view::AuditEvent;
use crate::op::Listed;
use crate::{AppError, ListParams, Op};

/// Exports at a time, one of each tree: each holds a connection of the database until it is through.
const AT_ONCE: usize = 2;
/// Events that are read at a time.
const PAGE: u64 = 1_000;
/// How long a reader may take to fetch a page before it loses its connection.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long an export may take in all.
const LONGEST: Duration = Duration::from_mins(15);

/// Which events.
#[derive(Debug, Clone, Default)]
pub struct Export {
    /// AIP-160, as in a list.
    pub filter: Option<String>,
    /// Also those of the organizations below that inherit the organization's roles.
    pub descendants: bool,
    /// From this moment on.
    pub from: Option<Time>,
    /// Before this moment.
    pub to: Option<Time>,
}

/// Pages of events, the oldest first. An error ends it: what came before it is not all there is.
pub type Pages = futures::stream::BoxStream<'static, Result<Vec<AuditEvent>, AppError>>;

/// All events that are selected, as they stood when this began, the oldest first. They are read as fast as they
/// are fetched, one page ahead.
///
/// # Errors
/// 400 for a filter that cannot be read, and for an end before the beginning; 503 while two exports run, or one
/// of the same tree.
#[tracing::instrument(name = "audit.export", skip_all, fields(%organization))]
pub async fn export(op: &Op, organization: OrganizationId, what: Export) -> Result<Pages, AppError> {
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    if reader.support_access_grant().is_some() {
        // Staff look, page by page, each a row of the log; nobody lets them carry the whole log away.
        return Err(AppError::forbidden(AUDIT_READ.name()));
    }
    if what.descendants {
        op.check_below(&reader, AUDIT_READ)?;
    }
    if let (Some(from), Some(to)) = (what.from, what.to)
        && to < from
    {
        return Err(AppError::invalid("/to", "invalid_value", "must not be before from"));
    }
    let turn = op.app().exports.take(reader.snapshot().tree_id());
    let turn = turn.ok_or_else(|| AppError::busy("as many exports are under way as may be"))?;
    let request = request(op, organization, &what)?;
    let view = reader.ledger_view().await?;
    let (sender, receiver) = channel(1);
    tokio::spawn(async move {
        let whole = timeout(LONGEST, pages(&view, what.descendants, request, &sender)).await;
        // Before the end is told, so that whoever hears of it can export again.
        drop((view, turn));
        // What was cut off is told by the channel's end without this.
        if whole.is_ok_and(|whole| whole) {
            let _ = sender.send(Ok(None)).await;
        }
    });
    Ok(Box::pin(unfold(Some(receiver), next)))
}

/// What is sent from the reading to the fetching side; none at the end.
type Sent = Result<Option<Vec<AuditEvent>>, AppError>;

async fn next(
    receiver: Option<Receiver<Sent>>,
) -> Option<(Result<Vec<AuditEvent>, AppError>, Option<Receiver<Sent>>)> {
    let mut receiver = receiver?;
    match receiver.recv().await {
        Some(Ok(Some(events))) => Some((Ok(events), Some(receiver))),
        Some(Ok(None)) => None,
        Some(Err(error)) => Some((Err(error), None)),
        None => Some((Err(AppError::unavailable("the export was cut off")), None)),
    }
}

fn request(op: &Op, organization: OrganizationId, what: &Export) -> Result<PageRequest, AppError> {
    let listed = Listed {
        name: "audit_export",
        organization: Some(organization),
        fields: &FIELDS,
        sortable: SORTABLE,
    };
    let params = ListParams { filter: what.filter.clone(), ..ListParams::default() };
    let asked = op.page(&listed, &params)?;
    let bound = |comparator, time: Option<Time>| {
        time.map(|time| Resolved::Compare { field: "time", key: None, comparator, value: Value::Time(time) })
    };
    let bounds =
        [bound(Comparator::GreaterOrEqual, what.from), bound(Comparator::Less, what.to), asked.filter];
    let parts: Vec<_> = bounds.into_iter().flatten().collect();
    Ok(PageRequest {
        size: PAGE,
        after: None,
        filter: (!parts.is_empty()).then_some(Resolved::And(parts)),
        order: vec![OrderBy { field: "revision", descending: false }],
        show_total: false,
    })
}

/// Sends page after page; whether the last one was sent.
async fn pages(
    view: &LedgerView,
    descendants: bool,
    mut request: PageRequest,
    sender: &Sender<Sent>,
) -> bool {
    loop {
        let read = page(view, descendants, &mut request).await;
        let failed = read.is_err();
        let sent = timeout(PATIENCE, sender.send(read.map(Some))).await;
        if failed || !matches!(sent, Ok(Ok(()))) {
            return false;
        }
        if request.after.is_none() {
            return true;
        }
    }
}

async fn page(
    view: &LedgerView,
    descendants: bool,
    request: &mut PageRequest,
) -> Result<Vec<AuditEvent>, AppError> {
    let page = view.ledger().list(descendants, request).await?;
    request.after = page.next;
    page.items.into_iter().map(AuditEvent::new).collect()
}

/// The exports that run.
#[derive(Default)]
pub(crate) struct Turns {
    running: Mutex<HashSet<TreeId>>,
}

/// Leave to export, until it is dropped.
struct Turn {
    turns: Arc<Turns>,
    tree: TreeId,
}

impl Turns {
    fn take(self: &Arc<Self>, tree: TreeId) -> Option<Turn> {
        let mut running = self.running.lock();
        (running.len() < AT_ONCE && running.insert(tree)).then(|| Turn { turns: self.clone(), tree })
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.turns.running.lock().remove(&self.tree);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_export_of_a_tree_and_two_of_all_run_at_a_time() {
        let turns = Arc::new(Turns::default());
        let tree = |number| TreeId::from_uuid(uuid::Uuid::from_u128(number));
        let first = turns.take(tree(1)).unwrap();
        assert!(turns.take(tree(1)).is_none());
        let _second = turns.take(tree(2)).unwrap();
        assert!(turns.take(tree(3)).is_none());
        drop(first);
        assert!(turns.take(tree(2)).is_none() && turns.take(tree(1)).is_some());
    }
}
