//! Proofs about a ledger at any size: that a leaf is in it, and that an older head came before a
//! newer one (RFC 6962). Each takes a few reads of nodes that never change.

use std::collections::{BTreeMap, HashMap};

use polity_domain::ids::{EventId, TreeId};
use polity_domain::ledger::merkle::{
    Frontier, Hash, NodeRef, ProofPlan, consistency_proof_nodes, frontier_nodes, inclusion_proof_nodes,
};
use polity_domain::time::Time;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::audit::Ledger;
use super::rows::{leaf, node, tree};
use crate::convert::{signed, unsigned};
use crate::{Store, StoreError};

/// The head of a tree's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Whose ledger.
    pub tree_id: TreeId,
    /// The number of its last event, which is the number of its leaves.
    pub revision: u64,
    /// The root of the Merkle tree over them.
    pub root_hash: Hash,
    /// When it last moved.
    pub update_time: Time,
}

/// The proof that an event is in a ledger of some size, with all that is needed to check it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionProof {
    /// Where the leaf is, and the way from it to the root.
    pub path: InclusionPath,
    /// The text that is hashed, verbatim.
    pub leaf: String,
    /// What is personal in the event, unless it was erased.
    pub personal: Option<PersonalRecord>,
}

/// The way from a leaf to the root of a ledger of some size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InclusionPath {
    /// Whose ledger.
    pub tree_id: TreeId,
    /// The place of the leaf, counted from 0: the event's revision less 1.
    pub leaf_index: u64,
    /// The hash of the leaf.
    pub leaf_hash: Hash,
    /// The number of leaves of the tree that the proof is about.
    pub tree_size: u64,
    /// The root of that tree.
    pub root_hash: Hash,
    /// The siblings from the leaf up.
    pub hashes: Vec<Hash>,
}

/// What a leaf commits to without holding it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonalRecord {
    /// What was hashed before the text.
    pub salt: Vec<u8>,
    /// The personal fields by JSON pointer, as JSON text.
    pub text: String,
}

/// The proof that one state of a ledger is the beginning of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsistencyProof {
    /// Whose ledger.
    pub tree_id: TreeId,
    /// The number of leaves then.
    pub old_size: u64,
    /// The root then.
    pub old_root: Hash,
    /// The number of leaves later.
    pub new_size: u64,
    /// The root later.
    pub new_root: Hash,
    /// The proof's hashes.
    pub hashes: Vec<Hash>,
}

impl<C: ConnectionTrait> Ledger<'_, C> {
    /// The head of a ledger that holds events of the organization, or of the one it stands in.
    pub async fn head(&self, tree: TreeId) -> Result<Option<Head>, StoreError> {
        if tree != self.tree {
            let held = leaf::Entity::find()
                .filter(leaf::Column::OrganizationId.eq(self.organization.uuid()))
                .filter(leaf::Column::TreeId.eq(tree.uuid()))
                .limit(1);
            if held.count(self.db).await? == 0 {
                return Ok(None);
            }
        }
        head(self.db, tree).await
    }

    /// The root of a ledger when it had `size` leaves. None when the organization has no part in it, or
    /// it has not grown so far.
    pub async fn root_at(&self, tree: TreeId, size: u64) -> Result<Option<Hash>, StoreError> {
        let Some(head) = self.head(tree).await? else { return Ok(None) };
        if size > head.revision {
            return Ok(None);
        }
        root(self.db, tree, size).await.map(Some)
    }

    /// The proof that an event is in its ledger as it was with `size` leaves (none: as it is). None when
    /// the organization has no such event, or no ledger of that size holds it.
    pub async fn inclusion(
        &self,
        id: EventId,
        below: bool,
        size: Option<u64>,
    ) -> Result<Option<InclusionProof>, StoreError> {
        let Some((row, personal)) = self.entry(id, below).await? else { return Ok(None) };
        let (tree_id, leaf_index) = (TreeId::from_uuid(row.tree_id), unsigned::<u64>(row.revision)? - 1);
        let Some(path) = path(self.db, tree_id, leaf_index, size).await? else { return Ok(None) };
        let personal = personal.map(|row| PersonalRecord { salt: row.salt, text: row.personal });
        Ok(Some(InclusionProof { path, leaf: row.leaf, personal }))
    }

    /// The proof that the leaf at a place is in a ledger as it was with `size` leaves (none: as it is):
    /// hashes only, since the leaf may be of any organization of the tree. None when the organization has
    /// no part in the ledger, or no ledger of that size has that place.
    pub async fn inclusion_at(
        &self,
        tree: TreeId,
        leaf_index: u64,
        size: Option<u64>,
    ) -> Result<Option<InclusionPath>, StoreError> {
        if self.head(tree).await?.is_none() {
            return Ok(None);
        }
        path(self.db, tree, leaf_index, size).await
    }

    /// The proof that a ledger with `old_size` leaves is the beginning of itself with `new_size` (none:
    /// as it is). None when the organization has no part in it, or the sizes are out of order or range.
    pub async fn consistency(
        &self,
        tree_id: TreeId,
        old_size: u64,
        new_size: Option<u64>,
    ) -> Result<Option<ConsistencyProof>, StoreError> {
        let Some(head) = self.head(tree_id).await? else { return Ok(None) };
        let new_size = new_size.unwrap_or(head.revision);
        if old_size > new_size || new_size > head.revision {
            return Ok(None);
        }
        let plan = consistency_proof_nodes(old_size, new_size).map_err(StoreError::corrupt)?;
        let hashes = build(self.db, tree_id, &plan).await?;
        let old_root = root(self.db, tree_id, old_size).await?;
        let new_root = root(self.db, tree_id, new_size).await?;
        Ok(Some(ConsistencyProof { tree_id, old_size, old_root, new_size, new_root, hashes }))
    }
}

impl Store {
    /// The root of a ledger when it had `size` leaves; none when it has not grown so far. For the
    /// operator, who proves an old checkpoint.
    pub async fn ledger_root_at(&self, tree: TreeId, size: u64) -> Result<Option<Hash>, StoreError> {
        match head(&self.connections.read, tree).await? {
            Some(head) if size <= head.revision => root(&self.connections.read, tree, size).await.map(Some),
            _ => Ok(None),
        }
    }

    /// The head of a tree's ledger.
    pub async fn ledger_head(&self, tree: TreeId) -> Result<Option<Head>, StoreError> {
        head(&self.connections.read, tree).await
    }
}

/// The head of a tree's ledger.
pub(crate) async fn head<C: ConnectionTrait>(db: &C, tree_id: TreeId) -> Result<Option<Head>, StoreError> {
    let Some(row) = tree::Entity::find_by_id(tree_id.uuid()).one(db).await? else { return Ok(None) };
    let (revision, root_hash) = (unsigned(row.revision)?, hash(&row.root_hash)?);
    Ok(Some(Head { tree_id, revision, root_hash, update_time: Time(row.update_time) }))
}

async fn path<C: ConnectionTrait>(
    db: &C,
    tree_id: TreeId,
    leaf_index: u64,
    size: Option<u64>,
) -> Result<Option<InclusionPath>, StoreError> {
    let Some(head) = head(db, tree_id).await? else { return Ok(None) };
    let tree_size = size.unwrap_or(head.revision);
    if tree_size > head.revision || leaf_index >= tree_size {
        return Ok(None);
    }
    let plan = inclusion_proof_nodes(leaf_index, tree_size).map_err(StoreError::corrupt)?;
    let hashes = build(db, tree_id, &plan).await?;
    let root_hash = root(db, tree_id, tree_size).await?;
    let place = NodeRef { level: 0, index: leaf_index };
    let leaf_hash = nodes(db, tree_id, [place]).await?.remove(&place).ok_or_else(|| missing(place))?;
    Ok(Some(InclusionPath { tree_id, leaf_index, leaf_hash, tree_size, root_hash, hashes }))
}

pub(super) fn hash(bytes: &[u8]) -> Result<Hash, StoreError> {
    bytes.try_into().map_err(|_| StoreError::corrupt("a hash that is not 32 bytes long"))
}

/// The root of a ledger when it had `size` leaves, which it must have.
pub(crate) async fn root<C: ConnectionTrait>(db: &C, tree: TreeId, size: u64) -> Result<Hash, StoreError> {
    let wanted = frontier_nodes(size);
    let found = nodes(db, tree, wanted.iter().copied()).await?;
    let hashes = wanted.iter().map(|node| found.get(node).copied().ok_or_else(|| missing(*node)));
    let frontier =
        Frontier::from_parts(size, hashes.collect::<Result<_, _>>()?).map_err(StoreError::corrupt)?;
    Ok(frontier.root())
}

async fn build<C: ConnectionTrait>(db: &C, tree: TreeId, plan: &ProofPlan) -> Result<Vec<Hash>, StoreError> {
    let found = nodes(db, tree, plan.nodes()).await?;
    plan.build(|level, index| found.get(&NodeRef { level, index }).copied()).map_err(StoreError::corrupt)
}

fn missing(node: NodeRef) -> StoreError {
    StoreError::corrupt(format!("the node {} of level {} is missing", node.index, node.level))
}

/// Reads nodes by their places: one statement for leaves, one for all above them.
pub(super) async fn nodes<C: ConnectionTrait>(
    db: &C,
    tree: TreeId,
    wanted: impl IntoIterator<Item = NodeRef>,
) -> Result<HashMap<NodeRef, Hash>, StoreError> {
    let mut levels: BTreeMap<u8, Vec<i64>> = BTreeMap::new();
    for node in wanted {
        levels.entry(node.level).or_default().push(signed(node.index));
    }
    let mut found = HashMap::new();
    if let Some(leaves) = levels.remove(&0) {
        let rows: Vec<(i64, Vec<u8>)> = leaf::Entity::find()
            .select_only()
            .columns([leaf::Column::Revision, leaf::Column::LeafHash])
            .filter(leaf::Column::TreeId.eq(tree.uuid()))
            .filter(leaf::Column::Revision.is_in(leaves.iter().map(|index| index + 1)))
            .into_tuple()
            .all(db)
            .await?;
        for (revision, bytes) in rows {
            found.insert(NodeRef { level: 0, index: unsigned(revision - 1)? }, hash(&bytes)?);
        }
    }
    if !levels.is_empty() {
        for row in interior(tree.uuid(), &levels).all(db).await? {
            let place = NodeRef { level: unsigned(i64::from(row.level))?, index: unsigned(row.position)? };
            found.insert(place, hash(&row.hash)?);
        }
    }
    Ok(found)
}

fn interior(tree: Uuid, levels: &BTreeMap<u8, Vec<i64>>) -> sea_orm::Select<node::Entity> {
    let any = levels.iter().fold(Condition::any(), |any, (level, positions)| {
        let here = node::Column::Level.eq(i32::from(*level));
        any.add(Condition::all().add(here).add(node::Column::Position.is_in(positions.iter().copied())))
    });
    node::Entity::find().filter(node::Column::TreeId.eq(tree)).filter(any)
}
