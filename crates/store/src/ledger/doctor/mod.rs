//! Proves a tree: reads its whole ledger, recomputes every hash, folds every event, and holds the
//! tables against the outcome. It changes nothing.

mod compare;
mod expected;
mod keys;

use std::collections::BTreeMap;

use polity_domain::access::Snapshot;
use polity_domain::audit::Summary;
use polity_domain::ids::{SupportAccessGrantId, TreeId};
use polity_domain::ledger::event::Event;
use polity_domain::ledger::leaf::Leaf;
use polity_domain::ledger::merkle::{Frontier, Hash, NodeRef, leaf_hash};
use polity_domain::listing::fold;
use polity_domain::time::Time;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    StreamTrait,
};

use self::expected::Expected;
use super::BATCH;
use super::proofs::{hash, nodes};
use super::rows::{leaf, node, personal, tree};
use crate::convert::{signed, unsigned};
use crate::trees::{begin_view, fill};
use crate::unit::{actor_columns, record_id};
use crate::{Store, StoreError};

/// More problems than this are counted and not listed.
const LISTED_PROBLEMS: usize = 1000;
/// No expiry has come yet: grants that have run out since are compared as well.
const BEFORE_ALL: Time = Time(0);

/// What was found about a tree. Without problems, the tables say what the ledger says, and the ledger
/// is whole up to `root`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeReport {
    /// Which tree.
    pub tree_id: TreeId,
    /// The number of its last event.
    pub revision: u64,
    /// The root of its ledger, recomputed from the leaves.
    pub root: Hash,
    /// How many events have lost what was personal in them, by erasure.
    pub erased: u64,
    /// What is wrong, in words for the operator.
    pub problems: Vec<String>,
}

/// Problems as they are found.
#[derive(Default)]
struct Problems {
    listed: Vec<String>,
    more: u64,
}

impl Problems {
    fn add(&mut self, problem: String) {
        if self.listed.len() < LISTED_PROBLEMS {
            self.listed.push(problem);
        } else {
            self.more += 1;
        }
    }

    fn finish(mut self) -> Vec<String> {
        if self.more > 0 {
            self.listed.push(format!("{} more problems are not listed", self.more));
        }
        self.listed
    }
}

/// The walk through a ledger.
struct Walk {
    tree: TreeId,
    /// The revision of the leaf before.
    revision: i64,
    frontier: Frontier,
    snapshot: Snapshot,
    expected: Expected,
    /// How many interior nodes the leaves so far make complete.
    interior: u64,
    erased: u64,
    problems: Problems,
}

impl Store {
    /// Proves one tree, all at one moment; none when there is no such tree. `on_leaf` sees every event
    /// as it is read, for whoever shows the progress or keeps the events.
    pub async fn verify_tree(
        &self,
        tree: TreeId,
        mut on_leaf: impl FnMut(&Event) + Send,
    ) -> Result<Option<TreeReport>, StoreError> {
        let view = begin_view(&self.connections.read).await?;
        let Some(head) = tree::Entity::find_by_id(tree.uuid()).one(&view).await? else { return Ok(None) };
        let mut walk = Walk::new(tree);
        loop {
            let batch = walk.next(&view).await?;
            if batch.is_empty() {
                break;
            }
            let mut completed = Vec::new();
            for (row, personal) in batch {
                if let Some(event) = walk.leaf(&row, personal.as_ref(), &mut completed) {
                    walk.fold(&event)?;
                    on_leaf(&event);
                }
            }
            walk.check_nodes(&view, completed).await?;
        }
        walk.check_head(&view, &head).await?;
        walk.check_snapshot(&view).await?;
        let Walk { expected, mut problems, erased, frontier, .. } = walk;
        compare::compare(&view, tree, expected, &mut problems).await?;
        view.rollback().await?;
        Ok(Some(TreeReport {
            tree_id: tree,
            revision: unsigned(head.revision)?,
            root: frontier.root(),
            erased,
            problems: problems.finish(),
        }))
    }
}

impl Walk {
    fn new(tree: TreeId) -> Self {
        Self {
            tree,
            revision: 0,
            frontier: Frontier::new(),
            snapshot: Snapshot::new(tree),
            expected: Expected::default(),
            interior: 0,
            erased: 0,
            problems: Problems::default(),
        }
    }

    async fn next<C: ConnectionTrait>(
        &self,
        db: &C,
    ) -> Result<Vec<(leaf::Model, Option<personal::Model>)>, StoreError> {
        let select = leaf::Entity::find()
            .filter(leaf::Column::TreeId.eq(self.tree.uuid()))
            .filter(leaf::Column::Revision.gt(self.revision))
            .order_by_asc(leaf::Column::Revision)
            .find_also_related(personal::Entity);
        Ok(select.limit(BATCH).all(db).await?)
    }

    /// Checks one leaf, and gives its event if it can be read.
    fn leaf(
        &mut self,
        row: &leaf::Model,
        personal: Option<&personal::Model>,
        completed: &mut Vec<(u8, u64, Hash)>,
    ) -> Option<Event> {
        let at = row.revision;
        match at - self.revision {
            1 => {}
            2 => self.problem(format!("leaf {} is missing", at - 1)),
            _ => self.problem(format!("the leaves {} to {} are missing", self.revision + 1, at - 1)),
        }
        self.revision = at;
        let computed = leaf_hash(row.leaf.as_bytes());
        if row.leaf_hash != computed {
            self.problem(format!("leaf {at} does not have the hash that stands beside it"));
        }
        completed.extend(self.frontier.append(computed));
        match personal {
            None => self.erased += 1,
            Some(beside) => {
                if let Err(error) = Leaf::verify_personal(&row.leaf, &beside.salt, &beside.personal) {
                    self.problem(format!("leaf {at}: {error}"));
                }
            }
        }
        match Leaf::read(&row.leaf, personal.map(|beside| beside.personal.as_str())) {
            Ok(event) => {
                if !same(row, personal, &event) {
                    self.problem(format!("leaf {at}: the columns beside it are not what it says"));
                }
                Some(event)
            }
            Err(error) => {
                self.problem(format!("leaf {at}: {error}"));
                None
            }
        }
    }

    fn fold(&mut self, event: &Event) -> Result<(), StoreError> {
        self.snapshot.apply(&event.change);
        self.expected.apply(&event.change, self.tree, event.revision)
    }

    /// Holds the interior nodes that the last leaves made complete against the stored ones.
    async fn check_nodes<C: ConnectionTrait>(
        &mut self,
        db: &C,
        completed: Vec<(u8, u64, Hash)>,
    ) -> Result<(), StoreError> {
        self.interior += completed.len() as u64;
        let computed: BTreeMap<NodeRef, Hash> =
            completed.into_iter().map(|(level, index, hash)| (NodeRef { level, index }, hash)).collect();
        let stored = nodes(db, self.tree, computed.keys().copied()).await?;
        for (place, computed) in computed {
            let NodeRef { level, index } = place;
            match stored.get(&place) {
                None => self.problem(format!("the node {index} of level {level} is missing")),
                Some(stored) if *stored != computed => {
                    self.problem(format!(
                        "the node {index} of level {level} is not the hash of what is below it"
                    ));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }

    async fn check_head<C: ConnectionTrait>(&mut self, db: &C, head: &tree::Model) -> Result<(), StoreError> {
        if head.revision != self.revision {
            self.problem(format!(
                "the head stands at {} and the last leaf is {}",
                head.revision, self.revision
            ));
        }
        if hash(&head.root_hash)? != self.frontier.root() {
            self.problem("the head's root is not the root of the leaves".to_owned());
        }
        if head.frontier != self.frontier.to_bytes() {
            self.problem("the head's frontier is not that of the leaves".to_owned());
        }
        let stored = node::Entity::find().filter(node::Column::TreeId.eq(self.tree.uuid())).count(db).await?;
        if stored > self.interior {
            self.problem(format!("{} nodes belong to no leaf", stored - self.interior));
        }
        Ok(())
    }

    /// Holds what decides access by the events against what decides access by the tables.
    async fn check_snapshot<C: ConnectionTrait + StreamTrait>(&mut self, db: &C) -> Result<(), StoreError> {
        let mut loaded = Snapshot::new(self.tree);
        fill(db, &mut loaded).await?;
        let folded = self.snapshot.clone();
        let organizations: Vec<_> = folded.organizations().map(|(id, _)| id).collect();
        for change in folded.difference(&loaded, &organizations, LISTED_PROBLEMS, BEFORE_ALL).changes {
            let names = change.gained.iter().map(|name| format!("+{name}"));
            let names: Vec<_> = names.chain(change.lost.iter().map(|name| format!("-{name}"))).collect();
            let (principal, at) = (change.principal, change.organization_id);
            self.problem(format!(
                "{principal} has other rights in {at} than the ledger says: {}",
                names.join(" ")
            ));
        }
        if !folded.support_access_grants().eq(loaded.support_access_grants()) {
            self.problem("the ledger and the tables disagree on whom support access lets in".to_owned());
        }
        for id in organizations {
            if folded.has_owner(id) != loaded.has_owner(id) {
                self.problem(format!("the ledger and the tables disagree whether {id} has an owner"));
            }
        }
        Ok(())
    }

    fn problem(&mut self, problem: String) {
        self.problems.add(problem);
    }
}

/// Whether the columns that are searched by say what the leaf says.
fn same(row: &leaf::Model, personal: Option<&personal::Model>, event: &Event) -> bool {
    let summary = Summary::of(&event.change);
    let beside = |beside: &personal::Model| {
        beside.ip_address == event.ip_address && beside.description_folded == fold(&summary.description)
    };
    let (actor_kind, actor_id) = actor_columns(&event.actor);
    row.tree_id == event.tree_id.uuid()
        && row.revision == signed(event.revision)
        && row.event_id == event.id.uuid()
        && row.organization_id == event.organization_id.uuid()
        && row.kind == event.change.kind()
        && row.actor_kind == actor_kind
        && row.actor_id == actor_id
        && row.support_access_grant_id == event.support_access_grant_id.map(SupportAccessGrantId::uuid)
        && row.request_id == event.request_id.uuid()
        && row.event_time == event.time.micros()
        && row.action == summary.action
        && row.crud == summary.crud.name()
        && row.target == summary.target
        && row.record_id.as_deref() == record_id(&event.change)
        && personal.is_none_or(beside)
}
