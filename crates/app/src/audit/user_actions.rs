//! The log as source document 002 shows it: of an organization and its accounts, in that document's words.

use std::collections::{BTreeMap, HashSet};

use polity_domain::audit::{KNOWN, KnownAction, Level, OPERATIONS, known_as, level, links};
use polity_domain::ids::{ApiKeyId, OrganizationId, UserId};
use polity_domain::ledger::event::{Actor, Change, Event};
use polity_domain::listing::{Comparator, Resolved, TextPattern, Value};
use polity_domain::permissions::AUDIT_READ;
use polity_domain::time::Time;
use polity_store::ledger::{Browsed, Tally, Window};

use super::view::AuditEvent;
use crate::{AppError, Op};

/// The largest page.
const MOST: u64 = 1_000;

/// What is asked for. Names that the document does not have are passed over, as if they had not been given.
#[derive(Debug, Clone, Default)]
pub struct UserActionQuery {
    /// How many at most: 1 to 1000.
    pub page_size: u64,
    /// The number of the first, from 0.
    pub record_index: u64,
    /// Kinds of actions.
    pub kinds: Vec<String>,
    /// A part of the description.
    pub keyword: Option<String>,
    /// An account's id or title.
    pub account: Option<String>,
    /// The id that a product gave to what it recorded.
    pub cluster: Option<String>,
    /// Types of operations.
    pub operations: Vec<String>,
    /// A part of the name or address of whoever did it, or their id.
    pub user_name: Option<String>,
    /// From this moment on.
    pub start: Option<Time>,
    /// To this millisecond.
    pub end: Option<Time>,
    /// Count all that are selected, by action.
    pub counts: bool,
    /// Only what is the organization's.
    pub organization_only: bool,
    /// Only what is the accounts'.
    pub accounts_only: bool,
}

/// Something that somebody did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAction {
    /// What, as the document calls it; as Polity or the product does, where the document has no word for it.
    pub action: String,
    /// Whose it is.
    pub level: Level,
    /// In a sentence.
    pub description: String,
    /// The address of whoever did it, or else their id.
    pub user_name: String,
    /// The account that it happened to.
    pub account: Option<OrganizationId>,
    /// What a product did it to, by the product's id.
    pub cluster: Option<String>,
    /// When.
    pub time: Time,
}

/// A page of what was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserActionPage {
    /// How many are selected in all.
    pub total: u64,
    /// The page.
    pub actions: Vec<UserAction>,
    /// How many are selected of each action, if that was asked.
    pub counts: Option<BTreeMap<String, u64>>,
}

/// What was done in an organization and, as far as the caller's right reaches, in those below that inherit its
/// roles; the newest first.
///
/// # Errors
/// 400 for a page that is too small or too large.
#[tracing::instrument(name = "audit.user_actions", skip_all, fields(%organization))]
pub async fn user_actions(
    op: &Op,
    organization: OrganizationId,
    query: &UserActionQuery,
) -> Result<UserActionPage, AppError> {
    if !(1..=MOST).contains(&query.page_size) {
        let detail = format!("must be from 1 to {MOST}");
        return Err(AppError::invalid("page_size", "invalid_parameter", detail));
    }
    let reader = op.read_from_primary(AUDIT_READ, organization).await?;
    let below = op.reaches_below(&reader, AUDIT_READ)?;
    let filter = Selected(organization).filter(query);
    let window = Window { start: query.record_index, size: query.page_size };
    let view = reader.ledger_view().await?;
    let Browsed { events, total, addresses } = view.ledger().browse(below, &filter, window).await?;
    let counts =
        if query.counts { Some(counted(view.ledger().tallies(below, &filter).await?)) } else { None };
    let told = |event| UserAction::new(organization, event, |user| addresses.get(&user).cloned());
    let actions = events.into_iter().map(told).collect::<Result<_, _>>()?;
    Ok(UserActionPage { total, actions, counts })
}

/// Several actions can have one name.
fn counted(tallies: Vec<Tally>) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for Tally { action, own, amount } in tallies {
        *counts.entry(named(action, whose(own))).or_default() += amount;
    }
    counts
}

fn whose(own: bool) -> Level {
    if own { Level::Organization } else { Level::Account }
}

fn named(action: String, whose: Level) -> String {
    known_as(&action, whose).map_or(action, |known| known.name.to_owned())
}

impl UserAction {
    fn new(
        organization: OrganizationId,
        event: Event,
        address: impl Fn(UserId) -> Option<String>,
    ) -> Result<Self, AppError> {
        let (own, time) = (event.organization_id == organization, event.time);
        let left = match &event.change {
            Change::OrganizationLeft(changed) => Some(changed.before.id),
            _ => None,
        };
        let product = matches!(event.change, Change::CustomRecorded(_));
        let person = |user: UserId| address(user).unwrap_or_else(|| user.to_string());
        let user_name = match event.actor {
            Actor::User { user_id, .. } | Actor::Bearer { user_id: Some(user_id) } => person(user_id),
            Actor::ApiKey { api_key_id } => api_key_id.to_string(),
            Actor::Bearer { user_id: None } => String::new(),
            Actor::System { .. } => "system".to_owned(),
        };
        let account = left.or(Some(event.organization_id)).filter(|account| *account != organization);
        let summary = AuditEvent::new(event)?.summary;
        Ok(Self {
            level: level(&summary.action, whose(own)),
            action: named(summary.action, whose(own)),
            description: summary.description,
            user_name,
            account,
            cluster: summary.target.filter(|_| product),
            time,
        })
    }
}

/// What is asked for of an organization, in the words of the ledger.
struct Selected(OrganizationId);

impl Selected {
    fn filter(&self, query: &UserActionQuery) -> Resolved {
        // By the document's names, each once, however often it is given.
        let kinds: HashSet<_> = query.kinds.iter().map(String::as_str).collect();
        let kinds = KNOWN.iter().filter(|known| kinds.contains(known.name));
        let kinds = any(kinds.flat_map(KnownAction::events).map(|(action, of)| self.event(action, of)));
        let operations: HashSet<_> = query.operations.iter().map(String::as_str).collect();
        let operations = OPERATIONS.iter().filter(|(name, _, _)| operations.contains(name));
        let operations = any(operations.map(|(_, of, crud)| {
            Resolved::And(vec![same("crud", Value::Enumeration(crud.name())), self.level(*of)])
        }));
        let parts = [
            kinds,
            operations,
            query.keyword.as_deref().map(|keyword| same("keyword", part(keyword))),
            query.account.as_deref().map(|account| self.account(account)),
            query.cluster.as_deref().map(cluster),
            query.user_name.as_deref().map(actor),
            query.start.map(|start| time(Comparator::GreaterOrEqual, start)),
            // Times are shown in milliseconds: what is shown with this one is selected by it.
            query.end.map(|end| time(Comparator::Less, Time(end.micros().saturating_add(1_000)))),
            query.organization_only.then(|| self.level(Level::Organization)),
            query.accounts_only.then(|| self.level(Level::Account)),
        ];
        Resolved::And(parts.into_iter().flatten().collect())
    }

    /// What is the organization's own event, or one of an account.
    fn whose(&self, whose: Level) -> Resolved {
        let own = same("organization", Value::Id(self.0.to_string()));
        if whose == Level::Organization { own } else { not(own) }
    }

    /// What is told of the organization, or of an account.
    fn level(&self, level: Level) -> Resolved {
        let links = links().map(|action| same("action", exactly(action)));
        let of_organization =
            Resolved::Or(std::iter::once(self.whose(Level::Organization)).chain(links).collect());
        if level == Level::Organization { of_organization } else { not(of_organization) }
    }

    fn event(&self, action: &'static str, whose: Option<Level>) -> Resolved {
        let whose = whose.map(|whose| self.whose(whose));
        Resolved::And(std::iter::once(same("action", exactly(action))).chain(whose).collect())
    }

    /// What happened to an account, by its id or title; one that was let go is found by its id.
    fn account(&self, account: &str) -> Resolved {
        let folded = Value::Text { pattern: TextPattern::exactly(account).folded(), folded: true };
        let below = Resolved::And(vec![self.whose(Level::Account), same("account", folded)]);
        let left = Resolved::And(vec![
            same("action", exactly("organization.left")),
            same("target", exactly(account)),
        ]);
        Resolved::Or(vec![below, left])
    }
}

/// Any of them; nothing if there are none.
fn any(parts: impl Iterator<Item = Resolved>) -> Option<Resolved> {
    let parts: Vec<_> = parts.collect();
    (!parts.is_empty()).then_some(Resolved::Or(parts))
}

/// What a product recorded under its own id.
fn cluster(id: &str) -> Resolved {
    Resolved::And(vec![same("kind", exactly("custom.recorded")), same("target", exactly(id))])
}

/// Whoever has this in their name or address, or is shown by this id.
fn actor(name: &str) -> Resolved {
    let mut ways = vec![same("actor_name", part(name))];
    if name.parse::<UserId>().is_ok() {
        ways.push(same("actor", Value::Id(name.to_owned())));
    } else if name.parse::<ApiKeyId>().is_ok() {
        ways.push(same("api_key", Value::Id(name.to_owned())));
    }
    Resolved::Or(ways)
}

fn time(comparator: Comparator, time: Time) -> Resolved {
    Resolved::Compare { field: "time", key: None, comparator, value: Value::Time(time) }
}

fn same(field: &'static str, value: Value) -> Resolved {
    Resolved::Compare { field, key: None, comparator: Comparator::Equal, value }
}

fn not(inner: Resolved) -> Resolved {
    Resolved::Not(Box::new(inner))
}

fn exactly(text: &str) -> Value {
    Value::Text { pattern: TextPattern::exactly(text), folded: false }
}

/// A part of a text, in either case; nothing in it is a wildcard.
fn part(text: &str) -> Value {
    Value::Text { pattern: TextPattern::exactly(text).folded().contained(), folded: true }
}
