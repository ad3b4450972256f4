//! New rows of the ledger, until they are written: of one unit, or of all units of a group at once.

use polity_domain::ids::TreeId;
use polity_domain::ledger::merkle::Frontier;
use polity_domain::time::Time;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveModelTrait, ConnectionTrait, EntityTrait, IntoActiveModel};

use crate::StoreError;
use crate::convert::signed;
use crate::ledger::rows::{leaf, node, personal, tree};

/// Rows in one INSERT: below SQLite's and PostgreSQL's limits on bound values. A power of two, as are the smaller
/// ones: so there are few different statements, and each is prepared once.
const CHUNK: usize = 512;

#[derive(Default)]
pub(super) struct LedgerRows {
    pub leaves: Vec<leaf::Model>,
    pub personal: Vec<personal::Model>,
    pub nodes: Vec<node::Model>,
}

impl LedgerRows {
    pub fn is_empty(&self) -> bool {
        self.leaves.is_empty()
    }

    /// Takes up those that follow.
    pub fn append(&mut self, mut later: Self) {
        self.leaves.append(&mut later.leaves);
        self.personal.append(&mut later.personal);
        self.nodes.append(&mut later.nodes);
    }

    /// Whether a later unit may look for one of them in the table: what an application recorded is there once.
    pub fn are_looked_for(&self) -> bool {
        self.leaves.iter().any(|leaf| leaf.record_id.is_some())
    }

    pub async fn write<C: ConnectionTrait>(self, db: &C) -> Result<(), StoreError> {
        insert_all::<leaf::Entity, _>(db, self.leaves).await?;
        insert_all::<personal::Entity, _>(db, self.personal).await?;
        insert_all::<node::Entity, _>(db, self.nodes).await
    }
}

/// A tree's head at a revision.
pub(super) fn head(tree: TreeId, revision: u64, frontier: &Frontier, time: Time) -> tree::Model {
    tree::Model {
        tree_id: tree.uuid(),
        revision: signed(revision),
        frontier: frontier.to_bytes(),
        root_hash: frontier.root().to_vec(),
        update_time: time.micros(),
    }
}

/// Moves heads, each of which is there with a lower revision.
pub(super) async fn move_heads<C: ConnectionTrait>(
    db: &C,
    heads: Vec<tree::Model>,
) -> Result<(), StoreError> {
    use tree::Column::{Frontier, Revision, RootHash, TreeId, UpdateTime};
    let wanted = heads.len() as u64;
    let mut moved = 0;
    for chunk in chunks(heads) {
        let onward = Expr::col((tree::Entity, Revision)).lt(Expr::col((Alias::new("excluded"), Revision)));
        let moving = OnConflict::column(TreeId)
            .update_columns([Revision, Frontier, RootHash, UpdateTime])
            .action_and_where(onward)
            .to_owned();
        let chunk = chunk.into_iter().map(|head| head.into_active_model().reset_all());
        moved += tree::Entity::insert_many(chunk).on_conflict(moving).exec_without_returning(db).await?;
    }
    if moved == wanted { Ok(()) } else { Err(StoreError::corrupt("the ledger's head moved under its lock")) }
}

async fn insert_all<E, C>(db: &C, rows: Vec<E::Model>) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
    E::ActiveModel: ActiveModelTrait<Entity = E>,
    C: ConnectionTrait,
{
    for chunk in chunks(rows) {
        let chunk = chunk.into_iter().map(|row| row.into_active_model().reset_all());
        E::insert_many(chunk).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Rows as they go into statements.
pub(crate) fn chunks<T>(rows: Vec<T>) -> impl Iterator<Item = Vec<T>> {
    let mut rows = rows.into_iter();
    std::iter::from_fn(move || {
        let most = CHUNK.min(rows.len()).checked_ilog2()?;
        Some(rows.by_ref().take(1 << most).collect())
    })
}
