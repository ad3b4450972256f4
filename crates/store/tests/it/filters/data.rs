//! An organization with a little of everything, called what nobody should call it. What is planted is told as
//! rows as well: that is what memory filters and sorts.

use std::collections::BTreeMap;

use polity_domain::access::Permit;
use polity_domain::audit::{AuditAction, Crud, CustomEvent};
use polity_domain::ids::{AccessLogEntryId, GroupId, OrganizationId, RequestId, SessionId, TagId};
use polity_domain::ledger::event::{Actor, Change, SystemReason};
use polity_store::access_log::Entry;
use polity_store::{Context, PageRequest, Store};

use super::asking::List;
use super::dice::Dice;
use super::drawing::moment;
use super::row::Row;
use super::seeds::{MANY, Seeds};
use super::texts;
use super::told::event_row;
use crate::engines::{context, uuid};
use crate::world::{NOW, plant as plant_tree, plant_root, reader};

/// What was planted.
pub struct Planted {
    /// The organization whose lists are asked for.
    pub top: OrganizationId,
    /// The group whose members are listed.
    pub crowded: GroupId,
    /// The tag whose resources are listed.
    pub tag: TagId,
    rows: BTreeMap<List, Vec<Row>>,
}

impl Planted {
    pub fn rows(&self, list: List) -> &[Row] {
        &self.rows[&list]
    }
}

pub async fn plant(store: &Store, dice: &mut Dice) -> Planted {
    let seeds = Seeds::draw(dice);
    plant_root(store, &seeds.users.iter().collect::<Vec<_>>()).await;
    plant_tree(store, &seeds.top, Vec::new()).await;
    let mut changes = seeds.changes();
    changes.extend(recorded(dice, seeds.top.id));
    // In units of several people and addresses, so that events tell more than one.
    while !changes.is_empty() {
        let rest = changes.split_off(changes.len().min(1 + dice.below(12)));
        let unit = std::mem::replace(&mut changes, rest);
        commit(store, seeds.top.id, said(dice, &seeds), unit).await;
    }
    let entries = entries(dice, &seeds);
    store.write_access_log(&entries).await.unwrap();
    let here = reader(store, seeds.top.id).await;
    let events =
        here.ledger().list(true, &PageRequest { size: 1000, ..PageRequest::default() }).await.unwrap();
    assert_eq!(events.next, None, "all events fit on a page");
    let mut rows = seeds.rows();
    rows.insert(List::Events, events.items.iter().map(event_row).collect());
    rows.insert(List::AccessLog, seeds.log(&entries));
    Planted { top: seeds.top.id, crowded: seeds.groups[0].id, tag: seeds.tags[0].id, rows }
}

async fn commit(store: &Store, at: OrganizationId, context: Context, changes: Vec<Change>) {
    let locked = store.lock(&[at]).await.unwrap();
    let mut unit = locked.open(Permit::system(at, SystemReason::OperatorCommand), context).unwrap();
    let mut changes = changes.into_iter();
    let last = changes.next_back().unwrap();
    for change in changes {
        unit.record(change).await.unwrap();
    }
    unit.commit(last).await.unwrap();
}

/// Who it was, when and from where.
fn said(dice: &mut Dice, seeds: &Seeds) -> Context {
    let user_id = dice.pick(&seeds.users).id;
    let actor = match dice.below(5) {
        0 => Actor::ApiKey { api_key_id: dice.pick(&seeds.keys).id },
        1 => Actor::Bearer { user_id: None },
        2 => Actor::Bearer { user_id: Some(user_id) },
        3 => context(NOW).actor,
        _ => Actor::User { user_id, session_id: SessionId::from_uuid(uuid()) },
    };
    Context { actor, ip_address: address(dice), ..context(moment(dice)) }
}

fn address(dice: &mut Dice) -> Option<String> {
    dice.maybe(2, |dice| dice.one(&["10.0.0.1", "10.0.0.11", "2001:db8::1", "::1"]).to_owned())
}

/// What an application records.
fn recorded(dice: &mut Dice, organization_id: OrganizationId) -> Vec<Change> {
    let name = |number: usize| ["document.opened", "document.Shared"][number % 2].to_owned();
    let registered = (0..2).map(|number| {
        let action = AuditAction {
            organization_id,
            name: name(number),
            description: "It happened".to_owned(),
            crud: Crud::Read,
            create_time: NOW,
        };
        Change::AuditActionRegistered(action)
    });
    let mut changes: Vec<_> = registered.collect();
    for number in 0..8 {
        changes.push(Change::CustomRecorded(CustomEvent {
            organization_id,
            event_id: format!("event-{number}"),
            action: name(number),
            crud: Crud::Read,
            target: dice.maybe(2, texts::plain),
            message: dice.maybe(2, texts::title),
            attributes: None,
        }));
    }
    changes
}

fn entries(dice: &mut Dice, seeds: &Seeds) -> Vec<Entry> {
    let one = |number: usize, dice: &mut Dice| {
        let signs_in = number.is_multiple_of(3);
        let user_id = dice.maybe(2, |dice| dice.pick(&seeds.users).id);
        Entry {
            id: AccessLogEntryId::from_uuid(uuid()),
            organization_id: (!signs_in).then_some(seeds.top.id),
            time: moment(dice),
            user_id,
            support_access_grant_id: None,
            api_key_id: if user_id.is_none() {
                dice.maybe(2, |dice| dice.pick(&seeds.keys).id)
            } else {
                None
            },
            action: if signs_in {
                dice.pick(&["LOGIN", "LOGIN_FAILED"])
            } else {
                dice.pick(&["API_REQUEST", "EXPORT"])
            },
            succeeded: dice.chance(2),
            method: dice.maybe(2, |dice| dice.pick(&["GET", "POST"])),
            route: dice.maybe(2, texts::plain),
            http_status: dice.maybe(2, |dice| dice.pick(&[200, 201, 404, 500])),
            ip_address: address(dice),
            user_agent: None,
            request_id: dice.maybe(2, |_| RequestId::from_uuid(uuid())),
            lost: None,
        }
    };
    (0..3 * MANY).map(|number| one(number, dice)).collect()
}
