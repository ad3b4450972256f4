//! The ledger as people read it: events with what is personal in them, as far as it was not erased.

use std::collections::BTreeMap;

use polity_domain::ids::{EventId, OrganizationId, TreeId};
use polity_domain::ledger::event::Event;
use polity_domain::ledger::leaf::Leaf;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, EntityTrait,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Related, RelationDef, Select, SelectTwo,
};

use super::address::by_address;
use super::rows::{leaf, personal};
use crate::convert::unsigned;
use crate::listing::{Cursor, Key, Page, PageRequest, condition, unindexed};
use crate::organizations::paths;
use crate::trees::begin_view;
use crate::unit::Transaction;
use crate::{Reader, StoreError, Writer};

/// The events of the permit's organization, and of those below it whose roles it inherits to.
///
/// An organization that came from another tree has its older events in that tree's ledger.
pub struct Ledger<'a, C> {
    pub(super) db: &'a C,
    pub(super) organization: OrganizationId,
    /// The tree that the organization stands in now.
    pub(super) tree: TreeId,
}

impl Reader {
    /// The organization's events, and proofs about the ledgers that hold them. Some of these may be other trees', and
    /// what is erased beside an event leaves no event: a standby may be behind in both.
    pub fn ledger(&self) -> Ledger<'_, DatabaseConnection> {
        Ledger { db: &self.primary, organization: self.organization(), tree: self.snapshot().tree_id() }
    }
}

impl Writer {
    /// The organization's events, read under the lock.
    pub fn ledger(&self) -> Ledger<'_, Transaction> {
        Ledger { db: &self.tx, organization: self.organization(), tree: self.snapshot().tree_id() }
    }
}

/// The events of the permit's organization, all pages at one moment.
pub struct LedgerView {
    view: DatabaseTransaction,
    organization: OrganizationId,
    tree: TreeId,
}

impl Reader {
    /// Begins a view of the ledger in which nothing changes: for as long as it is kept, it holds a connection.
    pub async fn ledger_view(&self) -> Result<LedgerView, StoreError> {
        let (organization, tree) = (self.organization(), self.snapshot().tree_id());
        Ok(LedgerView { view: begin_view(&self.primary).await?, organization, tree })
    }
}

impl LedgerView {
    /// The events, as they stood when the view began.
    pub fn ledger(&self) -> Ledger<'_, DatabaseTransaction> {
        Ledger { db: &self.view, organization: self.organization, tree: self.tree }
    }
}

impl Related<personal::Entity> for leaf::Entity {
    fn to() -> RelationDef {
        Self::belongs_to(personal::Entity)
            .from((leaf::Column::TreeId, leaf::Column::Revision))
            .to((personal::Column::TreeId, personal::Column::Revision))
            .into()
    }
}

/// Rows that are read at once. An event can be as large as a request's body.
const CHUNK: usize = 50;

/// What a page's events weigh at most, however many were asked for; the rest is on the next pages.
const PAGE_BYTES: usize = 8 << 20;

/// A part of a list: the ledger of today, or those of before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Current,
    /// The ledger of today, walked by the address that all events have.
    FromAddress,
    Former,
}

impl<C: ConnectionTrait> Ledger<'_, C> {
    /// One event of the organization or, with `below`, of one below it.
    pub async fn get(&self, id: EventId, below: bool) -> Result<Option<Event>, StoreError> {
        let found = self.entry(id, below).await?;
        found.map(|(leaf, personal)| event(&leaf, personal.as_ref())).transpose()
    }

    /// A page of events of the organization; with `descendants`, also of those that are below it now.
    /// The newest come first, or the oldest where `revision` was asked for; the events of the tree it
    /// stands in are newer than those of the trees it came from. A page of large events ends early.
    pub async fn list(&self, descendants: bool, request: &PageRequest) -> Result<Page<Event>, StoreError> {
        let engine = self.db.get_database_backend();
        let (mut select, mut current) = (leaf::Entity::find(), leaf::Entity::find());
        let mut by_the_address = false;
        if let Some(filter) = &request.filter {
            select = select.filter(condition::<leaf::Entity>(engine, filter)?);
            let walked = by_address(filter);
            by_the_address = walked.is_some();
            current = current.filter(condition::<leaf::Entity>(engine, walked.as_ref().unwrap_or(filter))?);
        }
        let total = if request.show_total {
            Some(select.clone().filter(self.scope(descendants)).count(self.db).await?)
        } else {
            None
        };
        let descending = request.order.first().is_none_or(|order| order.descending);
        let size = usize::try_from(request.size).unwrap_or(usize::MAX);
        let mut position = request.after.as_ref().map(position).transpose()?;
        let mut rows = Vec::new();
        let mut bytes = 0;
        'page: for part in self.parts(descending, position, by_the_address) {
            let select = match part {
                Part::Current => current.clone().filter(self.walked(descendants)),
                Part::FromAddress => current.clone().filter(self.looked_at(engine, descendants)),
                Part::Former if descendants => select.clone().filter(self.scope(true)),
                Part::Former => {
                    let trees = self.former_trees().await?;
                    select.clone().filter(self.scope(false)).filter(leaf::Column::TreeId.is_in(trees))
                }
            };
            loop {
                if rows.len() > size || bytes > PAGE_BYTES {
                    break 'page;
                }
                let asked = CHUNK.min((size + 1).saturating_sub(rows.len()));
                let chunk = self.part(select.clone(), part, descending, position);
                let found = chunk.limit(asked as u64).all(self.db).await?;
                let ended = found.len() < asked;
                bytes += found.iter().map(|(row, beside)| weight(row, beside.as_ref())).sum::<usize>();
                rows.extend(found);
                position = rows.last().map(|(row, _)| (row.tree_id, row.revision)).or(position);
                if ended {
                    break;
                }
            }
        }
        let fits = fitting(&rows).min(size);
        let more = rows.len() > fits;
        rows.truncate(fits);
        let next = rows
            .last()
            .filter(|_| more)
            .map(|(row, _)| Cursor(vec![Key::Id(row.tree_id), Key::Number(row.revision)]));
        let items = rows.iter().map(|(row, beside)| event(row, beside.as_ref())).collect::<Result<_, _>>()?;
        Ok(Page { items, next, total })
    }

    /// How many events of the same selection there are of each action.
    pub async fn counts(
        &self,
        descendants: bool,
        request: &PageRequest,
    ) -> Result<BTreeMap<String, u64>, StoreError> {
        let mut select = leaf::Entity::find().filter(self.scope(descendants));
        if let Some(filter) = &request.filter {
            select = select.filter(condition::<leaf::Entity>(self.db.get_database_backend(), filter)?);
        }
        let rows: Vec<(String, i64)> = select
            .select_only()
            .column(leaf::Column::Action)
            .column_as(leaf::Column::Revision.count(), "amount")
            .group_by(leaf::Column::Action)
            .into_tuple()
            .all(self.db)
            .await?;
        rows.into_iter().map(|(action, amount)| Ok((action, unsigned(amount)?))).collect()
    }

    /// The event that an application recorded under this id, in the organization itself.
    pub async fn recorded(&self, record_id: &str) -> Result<Option<Event>, StoreError> {
        let select = leaf::Entity::find()
            .filter(leaf::Column::OrganizationId.eq(self.organization.uuid()))
            .filter(leaf::Column::RecordId.eq(record_id));
        let found = select.find_also_related(personal::Entity).one(self.db).await?;
        found.map(|(leaf, personal)| event(&leaf, personal.as_ref())).transpose()
    }

    pub(super) async fn entry(
        &self,
        id: EventId,
        below: bool,
    ) -> Result<Option<(leaf::Model, Option<personal::Model>)>, StoreError> {
        let select =
            leaf::Entity::find().filter(leaf::Column::EventId.eq(id.uuid())).filter(self.scope(below));
        Ok(select.find_also_related(personal::Entity).one(self.db).await?)
    }

    /// The parts that a page can take rows from, in the order of the list.
    fn parts(
        &self,
        descending: bool,
        position: Option<(uuid::Uuid, i64)>,
        by_the_address: bool,
    ) -> Vec<Part> {
        let current = if by_the_address { Part::FromAddress } else { Part::Current };
        let all = if descending { [current, Part::Former] } else { [Part::Former, current] };
        let at = position.map(|(tree, _)| if tree == self.tree.uuid() { current } else { Part::Former });
        all.into_iter().skip_while(|part| at.is_some_and(|at| *part != at)).collect()
    }

    fn part(
        &self,
        select: Select<leaf::Entity>,
        part: Part,
        descending: bool,
        position: Option<(uuid::Uuid, i64)>,
    ) -> SelectTwo<leaf::Entity, personal::Entity> {
        let (tree, revision) = (leaf::Column::TreeId, leaf::Column::Revision);
        let beyond = |revision_at: i64| {
            if descending { revision.lt(revision_at) } else { revision.gt(revision_at) }
        };
        let current = self.tree.uuid();
        let select = match (part, position) {
            (Part::Current, Some((at_tree, at))) if at_tree == current => select.filter(beyond(at)),
            (Part::FromAddress, Some((at_tree, at))) if at_tree == current => {
                let revision = personal::Column::Revision;
                select.filter(if descending { revision.lt(at) } else { revision.gt(at) })
            }
            (Part::Former, Some((at_tree, at))) if at_tree != current => {
                let later = if descending { tree.lt(at_tree) } else { tree.gt(at_tree) };
                let here = Condition::all().add(tree.eq(at_tree)).add(beyond(at));
                select.filter(Condition::any().add(later).add(here))
            }
            _ => select,
        };
        self.ordered(select, part, descending).find_also_related(personal::Entity)
    }

    /// The part's rows in the order of the list.
    pub(super) fn ordered(
        &self,
        select: Select<leaf::Entity>,
        part: Part,
        descending: bool,
    ) -> Select<leaf::Entity> {
        let (tree, revision) = (leaf::Column::TreeId, leaf::Column::Revision);
        let select = match part {
            Part::Current => select.filter(tree.eq(self.tree.uuid())),
            Part::FromAddress => {
                let (tree, revision) = (personal::Column::TreeId, personal::Column::Revision);
                let select = select.filter(tree.eq(self.tree.uuid()));
                return if descending {
                    select.order_by_desc(revision)
                } else {
                    select.order_by_asc(revision)
                };
            }
            Part::Former => {
                let select = select.filter(tree.ne(self.tree.uuid()));
                if descending { select.order_by_desc(tree) } else { select.order_by_asc(tree) }
            }
        };
        if descending { select.order_by_desc(revision) } else { select.order_by_asc(revision) }
    }

    /// The other trees in whose ledgers the organization's own events stand: a step of its index for each.
    async fn former_trees(&self) -> Result<Vec<uuid::Uuid>, StoreError> {
        let tree = leaf::Column::TreeId;
        let own =
            leaf::Entity::find().select_only().column(tree).filter(self.scope(false)).order_by_asc(tree);
        let mut trees = Vec::new();
        let mut next: Option<uuid::Uuid> = own.clone().into_tuple().one(self.db).await?;
        while let Some(found) = next {
            trees.push(found);
            next = own.clone().filter(tree.gt(found)).into_tuple().one(self.db).await?;
        }
        trees.retain(|found| *found != self.tree.uuid());
        Ok(trees)
    }

    /// The organization itself, or with those below it by edges that inherit roles, found by the organizations'
    /// own index.
    pub(super) fn scope(&self, descendants: bool) -> Condition {
        if !descendants {
            return Condition::all().add(leaf::Column::OrganizationId.eq(self.organization.uuid()));
        }
        let below = self.below().column(paths::Column::DescendantId).to_owned();
        Condition::all().add(leaf::Column::OrganizationId.in_subquery(below))
    }

    /// The same for the ledger of the tree that the organization stands in. Almost every event of a tree is of
    /// somebody below its top: there the ledger is walked in its order, and each row is looked up.
    pub(super) fn walked(&self, descendants: bool) -> Condition {
        if descendants && self.organization == self.tree { self.looked_up() } else { self.scope(descendants) }
    }

    /// The same for events that an index of something else finds: each is looked at.
    fn looked_at(&self, engine: DbBackend, descendants: bool) -> Condition {
        if descendants {
            return self.looked_up();
        }
        let organization = unindexed(engine, leaf::Column::OrganizationId.as_column_ref());
        Condition::all().add(organization.eq(self.organization.uuid()))
    }

    /// Whether an event is of the organization or of one below it.
    fn looked_up(&self) -> Condition {
        let event = Expr::col((leaf::Entity, leaf::Column::OrganizationId));
        let descendant = Expr::col((paths::Entity, paths::Column::DescendantId));
        let here = self.below().expr(Expr::val(1)).and_where(descendant.eq(event)).to_owned();
        Condition::all().add(Expr::exists(here))
    }

    fn below(&self) -> SelectStatement {
        Query::select()
            .from(paths::Entity)
            .and_where(Expr::col((paths::Entity, paths::Column::AncestorId)).eq(self.organization.uuid()))
            .and_where(Expr::col((paths::Entity, paths::Column::InheritsRoles)).eq(true))
            .to_owned()
    }
}

/// How many of the rows a page takes: at least one.
fn fitting(rows: &[(leaf::Model, Option<personal::Model>)]) -> usize {
    let mut bytes = 0;
    let over = rows.iter().position(|(row, beside)| {
        bytes += weight(row, beside.as_ref());
        bytes > PAGE_BYTES
    });
    over.map_or(rows.len(), |over| over.max(1))
}

fn weight(row: &leaf::Model, beside: Option<&personal::Model>) -> usize {
    row.leaf.len() + beside.map_or(0, |beside| beside.personal.len())
}

fn position(cursor: &Cursor) -> Result<(uuid::Uuid, i64), StoreError> {
    match cursor.0.as_slice() {
        [Key::Id(tree), Key::Number(revision)] => Ok((*tree, *revision)),
        _ => Err(StoreError::corrupt("the cursor does not fit the order")),
    }
}

pub(super) fn event(row: &leaf::Model, beside: Option<&personal::Model>) -> Result<Event, StoreError> {
    Ok(Leaf::read(&row.leaf, beside.map(|beside| beside.personal.as_str()))?)
}
