//! The store: connections, and the trees' snapshots in memory.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use polity_domain::access::Snapshot;
use polity_domain::ids::{OrganizationId, TreeId};
use polity_domain::ledger::event::Change;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, QuerySelect, StreamTrait};
use tokio::time::timeout;

use crate::engine::{self, Connections, Options};
use crate::heads::Heads;
use crate::history::History;
use crate::ledger::rows::tree;
use crate::moment::Moment;
use crate::news::{Following, News};
use crate::organizations::row as organization;
use crate::saved::Saved;
use crate::standbys::{Standbys, Tell};
use crate::timeline::Timeline;
use crate::trees::Trees;
use crate::unit::Group;
use crate::{Location, StoreError};

/// How long to wait for an organization that is going from one tree to another, in milliseconds.
const PAUSES: [u64; 5] = [0, 1, 5, 20, 50];
/// How long reading a tree may take: far more than one of millions of members does.
const LONGEST_READ: Duration = Duration::from_mins(5);
/// How long closing waits for what is still being read.
const LONGEST_CLOSE: Duration = Duration::from_secs(5);

/// The database and what is remembered of it.
#[derive(Clone)]
pub struct Store {
    pub(crate) connections: Connections,
    pub(crate) trees: Arc<Trees>,
    /// Asks how far trees have come. None where one process owns the database: what is in memory is
    /// what is true.
    heads: Option<Heads>,
    pub(crate) history: History,
    /// On SQLite, who writes and who waits to.
    pub(crate) group: Option<Group>,
    timeline: Arc<Timeline>,
    /// Tells other replicas what is committed here, once it has begun.
    news: Arc<OnceLock<News>>,
    /// Large trees in files, where that is wanted.
    pub(crate) saved: Arc<OnceLock<Arc<Saved>>>,
    /// Where rows may be read instead of the primary, where that is wanted.
    pub(crate) standbys: Arc<OnceLock<Standbys>>,
    /// Hears each statement, where somebody counts them.
    pub(crate) tell: Option<Tell>,
}

impl Store {
    /// Opens the database. Migrations are the binary's to run before anything else is asked.
    pub async fn open(options: &Options) -> Result<Self, StoreError> {
        let (trees, history) = (Arc::new(Trees::new(options.memory)), History::default());
        let timeline = Arc::new(Timeline::new(trees.clone(), history.clone()));
        let connections = engine::connect(options, &timeline).await?;
        let heads = matches!(options.location, Location::Postgres(_)).then(|| {
            let pool = connections.read.get_postgres_connection_pool().clone();
            Heads::start(pool, options.acquire_timeout, timeline.clone())
        });
        let embedded = matches!(options.location, Location::Sqlite(_));
        let group = embedded.then(|| Group::new(trees.clone(), options.acquire_timeout));
        Ok(Self {
            connections,
            trees,
            heads,
            history,
            group,
            timeline,
            news: Arc::default(),
            saved: Arc::default(),
            standbys: Arc::default(),
            tell: None,
        })
    }

    /// From now on tells other replicas of this one's commits, and folds theirs into memory before somebody asks.
    /// A file on one's own is nobody else's: there nothing happens.
    pub fn follow_news(&self, how: Following) {
        if self.heads.is_some() {
            let pool = self.connections.read.get_postgres_connection_pool();
            self.news.get_or_init(|| News::start(pool, self.trees.clone(), self.timeline.clone(), how));
        }
    }

    /// Tells other replicas how far a tree has come.
    pub(crate) fn tell(&self, tree: TreeId, revision: u64) {
        if let Some(news) = self.news.get() {
            news.tell((tree, revision));
        }
    }

    /// The same store, which tells each statement that it sends, for those who count them. Heads are left out:
    /// one statement answers for all requests that wait. Standbys that are read from later tell theirs, too, except
    /// where they stand.
    pub fn watched(mut self, tell: impl Fn(&str) + Send + Sync + 'static) -> Self {
        let tell: Tell = Arc::new(tell);
        for connection in [&mut self.connections.read, &mut self.connections.write] {
            let tell = tell.clone();
            connection.set_metric_callback(move |sent| tell(&sent.statement.sql));
        }
        self.tell = Some(tell);
        self
    }

    /// The connection that migrations run on.
    pub fn migration_connection(&self) -> &DatabaseConnection {
        &self.connections.write
    }

    /// Closes the connections, so that SQLite folds its log into the file. A tree that is being read is
    /// waited for a few seconds only.
    pub async fn close(&self) {
        let close = async {
            for connection in [&self.connections.read, &self.connections.write] {
                let _ = connection.clone().close().await;
            }
            if let Some(standbys) = self.standbys.get() {
                standbys.close().await;
            }
        };
        let _ = timeout(LONGEST_CLOSE, close).await;
    }

    /// How many trees are in memory, and about how many bytes they take.
    pub fn memory(&self) -> (usize, usize) {
        self.trees.size()
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(self.connections.read.ping().await?)
    }

    /// Which engine it is.
    pub fn is_postgres(&self) -> bool {
        self.connections.read.get_database_backend() == DbBackend::Postgres
    }

    /// The tree that an organization stands in; none when there is no such organization.
    pub async fn tree_of(&self, organization: OrganizationId) -> Result<Option<TreeId>, StoreError> {
        // Another replica may have moved it: only an embedded store may believe its memory.
        if self.heads.is_none()
            && let Some(tree) = self.trees.tree_of(organization)
        {
            return Ok(Some(tree));
        }
        let found: Option<Option<uuid::Uuid>> = organization::Entity::find_by_id(organization.uuid())
            .select_only()
            .column(organization::Column::TreeId)
            .into_tuple()
            .one(&self.connections.read)
            .await?;
        Ok(found.flatten().map(TreeId::from_uuid))
    }

    /// The snapshot that decides for an organization, no older than the last acknowledged write
    /// anywhere; none when there is no such organization.
    ///
    /// Embedded, memory is the truth and no statement runs. With several replicas, one statement
    /// reads the head's revision for all that ask at once, and the snapshot catches up from the ledger when it is behind.
    pub async fn snapshot(&self, organization: OrganizationId) -> Result<Option<Arc<Snapshot>>, StoreError> {
        match self.snapshot_in_memory(organization).await? {
            Some(found) => Ok(Some(found)),
            // Boxed: reading tables takes kilobytes of state, which every request would carry along.
            None => Box::pin(self.snapshot_from_tables(organization)).await,
        }
    }

    /// The snapshot in memory, if it is known that it decided for the organization within so long a time, with how
    /// long ago that was. No statement runs: somebody may have written since.
    pub fn snapshot_within(
        &self,
        organization: OrganizationId,
        most: Duration,
    ) -> Option<(Arc<Snapshot>, Duration)> {
        let found = self.trees.snapshot_within(organization, most);
        found.filter(|(snapshot, _)| snapshot.node(organization).is_some())
    }

    /// The snapshot, if it is in memory and new enough.
    async fn snapshot_in_memory(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<Arc<Snapshot>>, StoreError> {
        let found = match &self.heads {
            None => self.trees.snapshot_of(organization),
            Some(heads) => {
                let asked = Moment::now();
                match heads.of(organization).await? {
                    Some((tree, revision)) => {
                        self.trees.confirm(tree, revision, asked);
                        self.trees.snapshot(tree).filter(|snapshot| snapshot.revision() >= revision)
                    }
                    None => None,
                }
            }
        };
        Ok(found.filter(|snapshot| snapshot.node(organization).is_some()))
    }

    async fn snapshot_from_tables(
        &self,
        organization: OrganizationId,
    ) -> Result<Option<Arc<Snapshot>>, StoreError> {
        for pause in PAUSES {
            let Some(found) = self.snapshot_now(organization).await? else { return Ok(None) };
            if found.node(organization).is_some() {
                return Ok(Some(found));
            }
            // It went to another tree between the question for its tree and the look at it.
            tokio::time::sleep(Duration::from_millis(pause)).await;
        }
        Err(StoreError::Busy(DbErr::Custom("an organization went from tree to tree".to_owned())))
    }

    async fn snapshot_now(&self, organization: OrganizationId) -> Result<Option<Arc<Snapshot>>, StoreError> {
        let Some(heads) = &self.heads else {
            let Some(tree) = self.tree_of(organization).await? else { return Ok(None) };
            return self.load(tree).await.map(Some);
        };
        let asked = Moment::now();
        let Some((tree, revision)) = heads.of(organization).await? else { return Ok(None) };
        let found = self.snapshot_at_least(tree, revision).await?;
        self.trees.confirm(tree, revision, asked);
        Ok(Some(found))
    }

    /// A tree's snapshot at `revision` or later.
    pub(crate) async fn snapshot_at_least(
        &self,
        tree: TreeId,
        revision: u64,
    ) -> Result<Arc<Snapshot>, StoreError> {
        loop {
            let doubts = self.trees.doubts();
            let known = match self.trees.snapshot(tree) {
                Some(snapshot) => snapshot,
                None => self.load(tree).await?,
            };
            // Whoever had the turn before may have read it before that revision.
            if known.revision() >= revision {
                return Ok(known);
            }
            let caught_up = crate::ledger::catch_up(&self.connections.read, &known).await?;
            if let Some(current) = self.trees.publish_folded(caught_up, doubts) {
                return Ok(current);
            }
        }
    }

    /// The same for whoever holds the lock of the tree's head: read on `db`, the connection that holds
    /// it. A second one may not be had, if all others wait for this very lock.
    pub(crate) async fn snapshot_under_lock<C: ConnectionTrait + StreamTrait>(
        &self,
        db: &C,
        tree: TreeId,
        revision: u64,
    ) -> Result<Arc<Snapshot>, StoreError> {
        let known = match self.trees.snapshot(tree) {
            // Beyond a head that is locked there is nothing: the database went back to an earlier state.
            Some(snapshot) if snapshot.revision() > revision => {
                self.trees.forget(tree);
                None
            }
            known => known,
        };
        let current = match known {
            Some(snapshot) if snapshot.revision() == revision => return Ok(snapshot),
            Some(snapshot) => crate::ledger::catch_up(db, &snapshot).await?,
            None => match Box::pin(self.load_saved_locked(db, tree, revision)).await? {
                Some(snapshot) => snapshot,
                None => crate::trees::load_locked(db, tree, revision).await?,
            },
        };
        Ok(self.trees.publish(current))
    }

    /// Reads a tree's snapshot from its file or its tables. What many wait for is read once; whoever waits for a turn
    /// may go away. What is read goes on in a task of its own: a large tree takes longer than a request
    /// may, and must not be lost with the request that gave up.
    async fn load(&self, tree: TreeId) -> Result<Arc<Snapshot>, StoreError> {
        let turn = self.trees.reading(tree).await;
        if let Some(snapshot) = self.trees.snapshot(tree) {
            return Ok(snapshot);
        }
        let store = self.clone();
        let read = tokio::spawn(async move {
            let _turn = turn;
            let _seat = store.trees.seat().await;
            // A connection may break without a word: then nobody else would ever have the turn.
            let read = timeout(LONGEST_READ, store.read(tree)).await;
            read.unwrap_or_else(|_| Err(unavailable("reading a tree took too long")))
        });
        match read.await {
            Ok(read) => read,
            Err(cut_off) => match cut_off.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => Err(unavailable("reading a tree was cut off")),
            },
        }
    }

    async fn read(&self, tree: TreeId) -> Result<Arc<Snapshot>, StoreError> {
        loop {
            self.trees.begin_reading(tree);
            let snapshot = match self.load_saved(tree).await {
                Some(snapshot) => snapshot,
                None => crate::trees::load(&self.connections.read, tree).await?,
            };
            if let Some(current) = self.trees.publish_read(snapshot) {
                return Ok(current);
            }
        }
    }

    /// Tells each revision of a tree that this process comes to know of: its own writes as they are committed, those of
    /// other replicas once anybody asks for the tree.
    pub fn news(&self, tree: TreeId) -> tokio::sync::watch::Receiver<u64> {
        self.trees.news(tree)
    }

    /// What changed in a tree after one revision and up to another, in order; none when that is more than `most`
    /// changes. What is personal is left out.
    pub async fn changes_between(
        &self,
        tree: TreeId,
        after: u64,
        until: u64,
        most: u64,
    ) -> Result<Option<Vec<Change>>, StoreError> {
        if until.saturating_sub(after) > most {
            return Ok(None);
        }
        let changes = crate::ledger::changes_between(&self.connections.read, tree, after, until).await?;
        // The ledger has no gaps: what is missing is not there any more.
        Ok((changes.len() as u64 == until.saturating_sub(after)).then_some(changes))
    }

    /// The tree ids, in order.
    pub async fn tree_ids(&self) -> Result<Vec<TreeId>, StoreError> {
        use sea_orm::QueryOrder;
        let rows =
            tree::Entity::find().order_by_asc(tree::Column::TreeId).all(&self.connections.read).await?;
        Ok(rows.into_iter().map(|row| TreeId::from_uuid(row.tree_id)).collect())
    }
}

fn unavailable(what: &str) -> StoreError {
    StoreError::Unavailable(DbErr::Custom(what.to_owned()))
}
