//! What changes of who may do what, as it happens: for whoever follows a bundle.
//!
//! Whoever follows is judged anew with everything that is told: their credential, their right, how far it reaches. Once
//! that ends, the stream does.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::stream::{BoxStream, unfold};
use polity_domain::access::Snapshot;
use polity_domain::access::bundle::News;
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::permissions::ACCESS_BUNDLE;
use polity_domain::time::Time;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::watch;
use tokio::time::{Instant, sleep, timeout};

use super::bundle::reaches_below;
use super::followers::Place;
use super::question::AtLeast;
use crate::op::{Known, RequestInfo};
use crate::{App, AppError, Kind, Op, Revision};

/// How often it is said that nothing has changed.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// How often it is looked for what other replicas have written: what this one writes is told at once.
const LOOK: Duration = Duration::from_millis(250);
/// How many changes are caught up with; beyond that a new bundle costs less.
const MOST_CHANGES: u64 = 2_000;
/// How much may wait for a slow reader, and for how long.
const ROOM: usize = 16;
const PATIENCE: Duration = Duration::from_secs(10);

/// Something that whoever follows is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Signed news.
    News {
        /// Where they lead to.
        revision: Revision,
        /// Two lines: the news and the signature.
        text: String,
    },
    /// The bundle is to be loaded again: this stream ends.
    Reload {
        /// How far the tree has come.
        revision: Revision,
    },
}

/// What is told of an organization's bundle from a revision on; none: from now on. Without `follow` it ends once all
/// is told that is known now.
///
/// # Errors
/// As for the bundle; 429 and 503 when too many streams are open.
#[tracing::instrument(name = "access.events", skip_all, fields(%organization))]
pub async fn events(
    op: &Op,
    organization: OrganizationId,
    since: Option<AtLeast>,
    follow: bool,
) -> Result<BoxStream<'static, Told>, AppError> {
    let app = op.app().clone();
    let judged = judge(op, organization).await?;
    let place = app.followers.enter(op.principal()?)?;
    let (sender, receiver) = channel(ROOM);
    let tree_id = judged.snapshot.tree_id();
    // Subscribed before anything is told: nothing that comes meanwhile is missed.
    let news = app.store.news(tree_id);
    let known = since.filter(|AtLeast(since)| since.tree_id == tree_id).map(|AtLeast(since)| since.number);
    let start = if since.is_none() { Some(judged.revision()) } else { known };
    let stream = Stream {
        request: RequestInfo {
            ip_address: op.request().ip_address,
            user_agent: op.request().user_agent.clone(),
            ..RequestInfo::default()
        },
        known: op.known(),
        organization,
        tree_id,
        descendants: judged.descendants,
        told: 0,
        seen: 0,
        before: None,
        beat: Instant::now(),
        sender,
        app,
    };
    tokio::spawn(async move {
        // Why it ends is nobody's to know: whoever asks again finds out.
        let _ = stream.run(judged, start, follow, place, news).await;
    });
    let told = unfold(receiver, |mut receiver| async move { Some((receiver.recv().await?, receiver)) });
    Ok(told.boxed())
}

/// What whoever follows may know at a moment.
struct Judged {
    snapshot: Snapshot,
    descendants: bool,
    /// When it was asked for: it was the latest no earlier.
    now: Time,
}

impl Judged {
    fn revision(&self) -> u64 {
        self.snapshot.revision()
    }
}

async fn judge(op: &Op, organization: OrganizationId) -> Result<Judged, AppError> {
    let reader = op.read_from_primary(ACCESS_BUNDLE, organization).await?;
    let snapshot = reader.snapshot().clone();
    let descendants = reaches_below(&snapshot, &op.principal()?, organization, op.now());
    Ok(Judged { snapshot, descendants, now: op.now() })
}

/// Waits until all streams are to end.
async fn ended(ended: &mut watch::Receiver<bool>) {
    // An error means that nobody is left who could say so, which is an end as well.
    let _ = ended.wait_for(|ended| *ended).await;
}

/// The stream is over.
struct Over;

struct Stream {
    app: Arc<App>,
    known: Known,
    request: RequestInfo,
    organization: OrganizationId,
    tree_id: TreeId,
    descendants: bool,
    /// The revision that whoever follows is at.
    told: u64,
    /// The one up to which there is nothing more to tell, and the snapshot there if it is known.
    seen: u64,
    before: Option<Snapshot>,
    /// When something was told last.
    beat: Instant,
    sender: Sender<Told>,
}

impl Stream {
    async fn run(
        mut self,
        judged: Judged,
        start: Option<u64>,
        follow: bool,
        mut place: Place,
        mut news: watch::Receiver<u64>,
    ) -> Result<(), Over> {
        // From another tree, or beyond its end: the organization moved, or the database was restored.
        let Some(start) = start.filter(|start| *start <= judged.revision()) else {
            return self.reload(judged.revision()).await;
        };
        (self.told, self.seen) = (start, start);
        self.before = (start == judged.revision()).then(|| judged.snapshot.clone());
        self.advance(judged, true).await?;
        if !follow {
            return Ok(());
        }
        loop {
            let pause = if self.app.store.is_postgres() { LOOK } else { HEARTBEAT };
            tokio::select! {
                () = self.sender.closed() => return Err(Over),
                () = ended(&mut place.ended) => return Err(Over),
                changed = news.changed() => changed.map_err(|_| Over)?,
                () = sleep(pause) => {}
            }
            self.look().await?;
        }
    }

    /// Tells what is new, and from time to time that nothing is. While the database cannot be asked nothing is told:
    /// who follows grows older.
    async fn look(&mut self) -> Result<(), Over> {
        let beat = self.beat.elapsed() >= HEARTBEAT;
        let judged = if beat || self.is_behind().await { self.judge().await } else { return Ok(()) };
        match judged {
            Ok(judged) => self.advance(judged, beat).await,
            Err(error) if error.kind == Kind::Unavailable => Ok(()),
            Err(_) => Err(Over),
        }
    }

    async fn is_behind(&self) -> bool {
        // Gone, moved or not to be asked: judging tells which.
        !matches!(self.app.store.snapshot(self.organization).await,
            Ok(Some(current)) if (current.tree_id(), current.revision()) == (self.tree_id, self.seen))
    }

    async fn judge(&self) -> Result<Judged, AppError> {
        let op = Op::reopen(&self.app, self.known, self.request.clone());
        op.check_credential().await?;
        judge(&op, self.organization).await
    }

    async fn advance(&mut self, judged: Judged, beat: bool) -> Result<(), Over> {
        let revision = judged.revision();
        if (judged.snapshot.tree_id(), judged.descendants) != (self.tree_id, self.descendants)
            || revision < self.seen
        {
            return self.reload(revision).await;
        }
        let Ok(changes) =
            self.app.store.changes_between(self.tree_id, self.seen, revision, MOST_CHANGES).await
        else {
            return Ok(());
        };
        let facts = changes.and_then(|changes| {
            judged.snapshot.bundle_since(self.before.as_ref(), self.organization, self.descendants, &changes)
        });
        let Some(facts) = facts else { return self.reload(revision).await };
        self.seen = revision;
        self.before = Some(judged.snapshot);
        if facts.is_empty() && !beat {
            return Ok(());
        }
        let news = News {
            tree_id: self.tree_id,
            organization_id: self.organization,
            descendants: self.descendants,
            from: self.told,
            revision,
            time: judged.now,
            facts,
        };
        let signed = self.app.tokens.sign_with(judged.now, |id, key| news.sign(id, key));
        let Ok(Ok(text)) = signed else { return Err(Over) };
        self.told = revision;
        self.beat = Instant::now();
        self.send(Told::News { revision: self.revision(revision), text }).await
    }

    async fn reload(&self, revision: u64) -> Result<(), Over> {
        self.send(Told::Reload { revision: self.revision(revision) }).await?;
        Err(Over)
    }

    fn revision(&self, number: u64) -> Revision {
        Revision { tree_id: self.tree_id, number }
    }

    /// A reader who is too slow is let go: they begin anew when they can.
    async fn send(&self, told: Told) -> Result<(), Over> {
        match timeout(PATIENCE, self.sender.send(told)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Over),
        }
    }
}
