//! The trees' snapshots in memory, and which organization stands in which tree.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use foldhash::HashMap;
use futures::TryStreamExt;
use parking_lot::RwLock;
use polity_domain::access::Snapshot;
use polity_domain::ids::{GroupId, OrganizationId, TreeId, UserId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, QueryResult, Statement, StreamTrait, TransactionOptions,
    TransactionTrait,
};
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use uuid::Uuid;

use crate::ledger::rows::tree;
use crate::memory::Memory;
use crate::moment::Moment;
use crate::organizations::row as organization;
use crate::{
    StoreError, api_keys, convert, groups, permissions, policies, preferences, resources, role_assignments,
    roles, service_accounts, support_access_grants, workspaces,
};

/// What is in memory. Snapshots are shared and never change: a newer one takes an older one's place.
pub(crate) struct Trees {
    memory: RwLock<Memory>,
    /// Who reads a tree from its tables: a tree that many wait for is read once, and holds up no other.
    reading: Turns,
    seats: Seats,
    /// Who writes in a tree, within this process.
    writing: Turns,
}

/// How many trees are read at once: each takes a connection for as long as it lasts, and requests want some.
struct Seats(Semaphore);

impl Default for Seats {
    fn default() -> Self {
        Self(Semaphore::new(2))
    }
}

/// Whose turn it is at each tree.
#[derive(Default)]
struct Turns(parking_lot::Mutex<HashMap<TreeId, Arc<tokio::sync::Mutex<()>>>>);

/// A turn at a tree.
pub(crate) type Turn = tokio::sync::OwnedMutexGuard<()>;

impl Turns {
    async fn take(&self, tree: TreeId) -> Turn {
        let turn = self.0.lock().entry(tree).or_default().clone();
        turn.lock_owned().await
    }
}

impl Trees {
    /// With room for about so many bytes.
    pub fn new(budget: usize) -> Self {
        Self {
            memory: RwLock::new(Memory::new(budget)),
            reading: Turns::default(),
            seats: Seats::default(),
            writing: Turns::default(),
        }
    }

    pub fn tree_of(&self, organization: OrganizationId) -> Option<TreeId> {
        self.memory.read().tree_of(organization)
    }

    pub fn snapshot(&self, tree: TreeId) -> Option<Arc<Snapshot>> {
        self.memory.read().get(tree).cloned()
    }

    pub fn snapshot_of(&self, organization: OrganizationId) -> Option<Arc<Snapshot>> {
        let memory = self.memory.read();
        memory.get(memory.tree_of(organization)?).cloned()
    }

    /// How many trees are in memory, and about how many bytes they take.
    pub fn size(&self) -> (usize, usize) {
        self.memory.read().size()
    }

    /// The same, if it is known that within so long a time it was the newest, with how long ago that was.
    pub fn snapshot_within(
        &self,
        organization: OrganizationId,
        most: Duration,
    ) -> Option<(Arc<Snapshot>, Duration)> {
        let memory = self.memory.read();
        let tree = memory.tree_of(organization)?;
        let age = memory.confirmed(tree)?.age();
        if age > most {
            return None;
        }
        Some((memory.get(tree)?.clone(), age))
    }

    /// The trees in memory.
    pub fn loaded(&self) -> Vec<TreeId> {
        self.memory.read().trees().collect()
    }

    /// The snapshots in memory that take as much as so many places at least.
    pub fn larger_than(&self, places: usize) -> Vec<Arc<Snapshot>> {
        self.memory.read().larger_than(places).cloned().collect()
    }

    /// Notes that a tree had come so far and no farther in the database at some time after `asked`.
    pub fn confirm(&self, tree: TreeId, revision: u64, asked: Moment) {
        // Looked at first: to note it takes the lock that all who read wait for.
        if self.memory.read().wants_confirmation(tree, revision, asked) {
            self.memory.write().confirm(tree, revision, asked);
        }
    }

    /// Waits for this process's turns at writing in trees, in the order that they are given in.
    pub async fn turns(&self, trees: &[TreeId]) -> Vec<Turn> {
        let mut turns = Vec::with_capacity(trees.len());
        for tree in trees {
            turns.push(self.writing.take(*tree).await);
        }
        turns
    }

    /// Waits until fewer trees are being read. None never: the seats are not closed.
    pub async fn seat(&self) -> Option<SemaphorePermit<'_>> {
        self.seats.0.acquire().await.ok()
    }

    /// Waits for the turn at reading a tree from its tables.
    pub async fn reading(&self, tree: TreeId) -> Turn {
        self.reading.take(tree).await
    }

    /// Tells each revision of a tree that comes into memory from now on.
    pub fn news(&self, tree: TreeId) -> watch::Receiver<u64> {
        self.memory.write().news(tree)
    }

    /// Drops a tree from memory, to be read anew from its tables.
    pub fn forget(&self, tree: TreeId) {
        self.memory.write().forget(tree);
    }

    /// Whoever has the turn at reading a tree is about to read its tables.
    pub fn begin_reading(&self, tree: TreeId) {
        self.memory.write().begin_reading(tree);
    }

    /// Drops all trees from memory.
    pub fn forget_all(&self) {
        self.memory.write().forget_all();
    }

    /// How often what is in memory was doubted.
    pub fn doubts(&self) -> u64 {
        self.memory.read().doubts()
    }

    /// Makes a snapshot that was read from its tables the current one. None when the tree left memory since
    /// [`Trees::begin_reading`]: what left may be newer than what was read.
    pub fn publish_read(&self, mut snapshot: Snapshot) -> Option<Arc<Snapshot>> {
        snapshot.settle();
        let mut memory = self.memory.write();
        memory.end_reading(snapshot.tree_id()).then(|| memory.put(Arc::new(snapshot)))
    }

    /// The same for a snapshot that was folded from one in memory, unless something was doubted since `doubts`.
    pub fn publish_folded(&self, mut snapshot: Snapshot, doubts: u64) -> Option<Arc<Snapshot>> {
        snapshot.settle();
        let mut memory = self.memory.write();
        (memory.doubts() == doubts).then(|| memory.put(Arc::new(snapshot)))
    }

    /// Makes a snapshot the current one, unless a later one is there already; gives the current one.
    pub fn publish(&self, mut snapshot: Snapshot) -> Arc<Snapshot> {
        snapshot.settle();
        self.memory.write().put(Arc::new(snapshot))
    }

    /// Says that a commit of these trees' changes is under way.
    pub fn behind(&self, trees: impl Iterator<Item = TreeId>) -> Behind<'_> {
        Behind { trees: self, changed: trees.collect() }
    }
}

/// Trees whose tables may be newer than memory. Dropped before they are published, they are read anew.
pub(crate) struct Behind<'a> {
    trees: &'a Trees,
    changed: Vec<TreeId>,
}

impl Behind<'_> {
    /// Makes these snapshots the current ones, all at once: what goes from one tree to another is never seen in
    /// neither.
    pub fn publish(mut self, snapshots: impl Iterator<Item = Snapshot>) {
        let settled: Vec<_> = snapshots
            .map(|mut snapshot| {
                snapshot.settle();
                Arc::new(snapshot)
            })
            .collect();
        let mut memory = self.trees.memory.write();
        for snapshot in settled {
            memory.put(snapshot);
        }
        self.changed.clear();
    }
}

impl Drop for Behind<'_> {
    fn drop(&mut self) {
        for tree in &self.changed {
            self.trees.forget(*tree);
        }
    }
}

/// Reads a tree's snapshot under the lock of its head: nothing of it changes meanwhile.
pub(crate) async fn load_locked<C: ConnectionTrait + StreamTrait>(
    db: &C,
    tree: TreeId,
    revision: u64,
) -> Result<Snapshot, StoreError> {
    if ConnectionTrait::get_database_backend(db) == DbBackend::Postgres {
        db.execute_unprepared(PLANNED_ANEW).await?;
    }
    let mut snapshot = Snapshot::new(tree);
    fill(db, &mut snapshot).await?;
    snapshot.set_revision(revision);
    Ok(snapshot)
}

/// A tree has one row or millions: no plan suits both, and the one that PostgreSQL keeps is made for neither.
const PLANNED_ANEW: &str = "SET LOCAL plan_cache_mode = force_custom_plan";

/// Reads a tree from its tables, all at one revision.
pub(crate) async fn load(db: &DatabaseConnection, tree: TreeId) -> Result<Snapshot, StoreError> {
    let view = begin_view(db).await?;
    let mut snapshot = Snapshot::new(tree);
    fill(&view, &mut snapshot).await?;
    let head = tree::Entity::find_by_id(tree.uuid()).one(&view).await?;
    view.rollback().await?;
    snapshot.set_revision(convert::unsigned(head.map_or(0, |head| head.revision))?);
    Ok(snapshot)
}

/// Begins one view of all tables: repeatable read on PostgreSQL; a read transaction on SQLite is one.
pub(crate) async fn begin_view(db: &DatabaseConnection) -> Result<DatabaseTransaction, StoreError> {
    if db.get_database_backend() == DbBackend::Sqlite {
        return Ok(db.begin().await?);
    }
    let isolation_level = Some(sea_orm::IsolationLevel::RepeatableRead);
    let view = db.begin_with_options(TransactionOptions { isolation_level, ..Default::default() }).await?;
    // Whoever begins a view reads whole tables: for as long as it takes.
    view.execute_unprepared("SET LOCAL statement_timeout = 0").await?;
    view.execute_unprepared(PLANNED_ANEW).await?;
    Ok(view)
}

/// Puts all that decides access in a tree into its snapshot.
pub(crate) async fn fill<C: ConnectionTrait + StreamTrait>(
    db: &C,
    snapshot: &mut Snapshot,
) -> Result<(), StoreError> {
    let tree = snapshot.tree_id().uuid();
    let rows = organization::Entity::find().filter(organization::Column::TreeId.eq(tree)).all(db).await?;
    let in_tree = InTree::new(tree, &rows);
    // Before the organizations: then each finds out once which apply in it.
    for row in in_tree.rows::<policies::row::Model, _>(db, "policies", "organization_id").await? {
        snapshot.put_policy(&row.try_into()?);
    }
    for row in rows {
        snapshot.put_organization(&row.try_into()?);
    }
    let rows = permissions::row::Entity::find()
        .filter(permissions::row::Column::TreeId.eq(tree))
        .order_by_asc(permissions::row::Column::Position)
        .order_by_asc(permissions::row::Column::Name)
        .all(db)
        .await?;
    for row in rows {
        snapshot.put_permission(&row.try_into()?);
    }
    for row in in_tree.rows::<roles::row::Model, _>(db, "roles", "organization_id").await? {
        snapshot.put_role(&row.try_into()?);
    }
    // Of these there may be millions: row by row, and only what access needs of them.
    let columns = &["organization_id", "user_id", "expire_time"];
    let membership = |row: &QueryResult| {
        let organization = OrganizationId::from_uuid(row.try_get_by_index(0)?);
        let user = UserId::from_uuid(row.try_get_by_index(1)?);
        snapshot.put_membership(organization, user, convert::time(row.try_get_by_index(2)?));
        Ok(())
    };
    in_tree.each_row(db, "members", columns, membership).await?;
    let assignment = |row: &QueryResult| {
        snapshot.put_assignment(&role_assignments::row::read(row)?);
        Ok(())
    };
    in_tree.each_row(db, "role_assignments", role_assignments::row::COLUMNS, assignment).await?;
    for row in in_tree.rows::<api_keys::row::Model, _>(db, "api_keys", "organization_id").await? {
        snapshot.put_key(&row.try_into()?);
    }
    let rows =
        in_tree.rows::<service_accounts::row::Model, _>(db, "service_accounts", "organization_id").await?;
    for row in rows {
        snapshot.put_service_account(&row.try_into()?);
    }
    for row in in_tree.rows::<workspaces::row::Model, _>(db, "workspaces", "organization_id").await? {
        snapshot.put_workspace(&row.try_into()?);
    }
    let resource = |row: &QueryResult| {
        snapshot.put_resource(&resources::row::read(row)?);
        Ok(())
    };
    in_tree.each_row(db, "resources", resources::row::COLUMNS, resource).await?;
    for row in in_tree.rows::<preferences::row::Model, _>(db, "preferences", "organization_id").await? {
        snapshot.put_preferences(&row.try_into()?);
    }
    let rows = in_tree
        .rows::<support_access_grants::row::Model, _>(db, "support_access_grants", "organization_id")
        .await?;
    for row in rows {
        snapshot.put_support_access_grant(&row.try_into()?);
    }
    let columns = &["id", "organization_id", "title"];
    let group = |row: &QueryResult| {
        let organization = OrganizationId::from_uuid(row.try_get_by_index(1)?);
        let title: String = row.try_get_by_index(2)?;
        snapshot.put_group_named(GroupId::from_uuid(row.try_get_by_index(0)?), organization, &title);
        Ok(())
    };
    in_tree.each_row(db, "groups", columns, group).await?;
    let group_member = |row: &QueryResult| {
        let inside = groups::member_row::read(row)?;
        snapshot.put_group_member(inside.organization_id, inside.group_id, inside.member);
        Ok(())
    };
    in_tree.each_row(db, "group_members", groups::member_row::COLUMNS, group_member).await?;
    Ok(())
}

/// Finds the rows of other tables that belong to a tree's organizations.
pub(crate) struct InTree {
    tree: Uuid,
    organizations: Vec<Uuid>,
}

impl InTree {
    pub fn new(tree: Uuid, organizations: &[organization::Model]) -> Self {
        Self { tree, organizations: organizations.iter().map(|row| row.id).collect() }
    }

    /// All rows of a table whose organization, named in `column`, stands in the tree.
    pub async fn rows<M: FromQueryResult, C: ConnectionTrait>(
        &self,
        db: &C,
        table: &'static str,
        column: &'static str,
    ) -> Result<Vec<M>, StoreError> {
        let statement = self.select(db.get_database_backend(), table, &["*"], column);
        Ok(M::find_by_statement(statement).all(db).await?)
    }

    /// Takes all rows of a table of the tree's organizations, one after another; `columns` are found by their place.
    async fn each_row<C: StreamTrait>(
        &self,
        db: &C,
        table: &'static str,
        columns: &'static [&'static str],
        mut take: impl FnMut(&QueryResult) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.select(db.get_database_backend(), table, columns, "organization_id");
        let mut rows = pin!(db.stream_raw(statement).await?);
        while let Some(row) = rows.try_next().await? {
            take(&row)?;
            // Rows may always be ready: others want this thread, too.
            tokio::task::consume_budget().await;
        }
        Ok(())
    }

    /// PostgreSQL is told the organizations themselves: of a join it knows only how many rows an organization has
    /// on average, and beside one huge organization it would scan whole tables for the rows of a small one.
    fn select(
        &self,
        backend: DbBackend,
        table: &'static str,
        columns: &[&'static str],
        organization: &'static str,
    ) -> Statement {
        let columns = columns.iter().map(|column| format!("r.{column}")).collect::<Vec<_>>().join(", ");
        let (rest, value) = if backend == DbBackend::Postgres {
            (format!("{table} r WHERE r.{organization} = ANY($1)"), self.organizations.clone().into())
        } else {
            let join =
                format!("organizations o JOIN {table} r ON r.{organization} = o.id WHERE o.tree_id = $1");
            (join, self.tree.into())
        };
        Statement::from_sql_and_values(backend, format!("SELECT {columns} FROM {rest}"), [value])
    }
}
