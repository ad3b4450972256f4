//! The ledger by numbers: so many events from such a one on, as source document 002 pages, and how many there
//! are in all. A page far down is not cheaper than counting: whoever wants that follows tokens.

use std::collections::HashMap;

use polity_domain::ids::UserId;
use polity_domain::ledger::event::{Actor, Event};
use polity_domain::listing::Resolved;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

use super::audit::{Ledger, Part, event};
use super::rows::{leaf, personal};
use crate::StoreError;
use crate::convert::unsigned;
use crate::listing::condition;
use crate::members::addresses;

/// What a row says of whose event it is.
const OWN: &str = "is_own";

/// Which events are shown of those that are selected.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The number of the first, from 0.
    pub start: u64,
    /// How many at most.
    pub size: u64,
}

/// How many of the selected events have an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// The action.
    pub action: String,
    /// Whether they are the permit's organization's own, or of one below.
    pub own: bool,
    /// How many.
    pub amount: u64,
}

/// Events by numbers.
#[derive(Debug)]
pub struct Browsed {
    /// Those of the window, the newest first.
    pub events: Vec<Event>,
    /// How many are selected in all.
    pub total: u64,
    /// The address, as it is now, of each of the actors who is a member somewhere in the tree.
    pub addresses: HashMap<UserId, String>,
}

impl<C: ConnectionTrait> Ledger<'_, C> {
    /// The events of a window, in the order of [`Ledger::list`], and how many there are in all.
    pub async fn browse(
        &self,
        descendants: bool,
        filter: &Resolved,
        window: Window,
    ) -> Result<Browsed, StoreError> {
        let selected =
            leaf::Entity::find().filter(condition::<leaf::Entity>(self.db.get_database_backend(), filter)?);
        let (tree, current) = (leaf::Column::TreeId, self.tree.uuid());
        let counted = selected.clone().filter(self.scope(descendants));
        let here = counted.clone().filter(tree.eq(current)).count(self.db).await?;
        let total = here + counted.filter(tree.ne(current)).count(self.db).await?;
        let mut rows = Vec::new();
        let parts = [(Part::Current, 0, here), (Part::Former, here, total)];
        for (part, first, end) in parts {
            let start = window.start + rows.len() as u64;
            let room = window.size - rows.len() as u64;
            if room > 0 && (first..end).contains(&start) {
                let scope =
                    if part == Part::Current { self.walked(descendants) } else { self.scope(descendants) };
                let part = self.ordered(selected.clone().filter(scope), part, true);
                rows.extend(self.slice(part, start - first, room).await?);
            }
        }
        let events =
            rows.iter().map(|(row, beside)| event(row, beside.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let actors = events.iter().filter_map(|event| match event.actor {
            Actor::User { user_id, .. } | Actor::Bearer { user_id: Some(user_id) } => Some(user_id.uuid()),
            _ => None,
        });
        let addresses = addresses(self.db, current, actors).await?;
        Ok(Browsed { events, total, addresses })
    }

    /// How many events of the same selection there are of each action.
    pub async fn tallies(&self, descendants: bool, filter: &Resolved) -> Result<Vec<Tally>, StoreError> {
        let own = leaf::Column::OrganizationId.eq(self.organization.uuid());
        let rows: Vec<(String, bool, i64)> = leaf::Entity::find()
            .filter(condition::<leaf::Entity>(self.db.get_database_backend(), filter)?)
            .filter(self.scope(descendants))
            .select_only()
            .column(leaf::Column::Action)
            .column_as(own, OWN)
            .column_as(leaf::Column::Revision.count(), "amount")
            .group_by(leaf::Column::Action)
            // By its name: the comparison written once more would have a bound value of its own.
            .group_by(Expr::col(OWN))
            .into_tuple()
            .all(self.db)
            .await?;
        rows.into_iter()
            .map(|(action, own, amount)| Ok(Tally { action, own, amount: unsigned(amount)? }))
            .collect()
    }

    /// What is passed over is looked at in the ledger alone: what is personal is read of the rows that are shown.
    async fn slice(
        &self,
        part: Select<leaf::Entity>,
        start: u64,
        size: u64,
    ) -> Result<Vec<(leaf::Model, Option<personal::Model>)>, StoreError> {
        let (tree, revision) = (leaf::Column::TreeId, leaf::Column::Revision);
        let shown = part.select_only().columns([tree, revision]).offset(start).limit(size).into_query();
        let row = Expr::tuple([Expr::col((leaf::Entity, tree)), Expr::col((leaf::Entity, revision))]);
        let select = leaf::Entity::find().filter(row.in_subquery(shown));
        // Within one tree or beyond the current one, this is the order of the part.
        let select = select.order_by_desc(tree).order_by_desc(revision);
        Ok(select.find_also_related(personal::Entity).all(self.db).await?)
    }
}
