//! The test's own ledger: what the service has acknowledged, and what it may have done without saying so.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use polity_testkit::{Actor, Method, Value};

/// What a resource must show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It is not there, or refused.
    Gone,
    /// It is there, and this part of it (a JSON pointer) has this value.
    Shows(&'static str, Value),
}

/// Where to look: a path, and with which credential if not the owner's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The path.
    pub path: String,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

#[derive(Default)]
struct Book {
    /// The last of each is the last attempt; one alone is certain.
    promised: BTreeMap<Place, Vec<State>>,
    /// What was attempted since the last look.
    recent: BTreeSet<Place>,
    count: usize,
}

/// Shared by the clients and the test. Each place has one client that changes it.
#[derive(Clone, Default)]
pub struct Promises(Arc<Mutex<Book>>);

impl Place {
    /// A path that the owner looks at.
    pub fn new(path: impl Into<String>) -> Self {
        Self { path: path.into(), authorization: None }
    }
}

impl Promises {
    /// A change is about to be asked for: from now on both states are possible.
    pub fn attempt(&self, place: &Place, state: State) {
        let mut book = self.0.lock().unwrap();
        book.promised.entry(place.clone()).or_insert_with(|| vec![State::Gone]).push(state);
        book.recent.insert(place.clone());
    }

    /// It was acknowledged: from now on this is the only possible state.
    pub fn acknowledge(&self, place: &Place, state: State) {
        let mut book = self.0.lock().unwrap();
        book.promised.insert(place.clone(), vec![state]);
        book.recent.insert(place.clone());
        book.count += 1;
    }

    /// How many changes were acknowledged.
    pub fn count(&self) -> usize {
        self.0.lock().unwrap().count
    }

    /// Looks at everything that was changed since the last look.
    pub async fn hold_since_the_last_look(&self, owner: &Actor) {
        let recent = std::mem::take(&mut self.0.lock().unwrap().recent);
        for place in recent {
            self.look(owner, place).await;
        }
    }

    /// Looks at everything.
    pub async fn hold(&self, owner: &Actor) {
        let all: Vec<Place> = self.0.lock().unwrap().promised.keys().cloned().collect();
        for place in all {
            self.look(owner, place).await;
        }
    }

    async fn look(&self, owner: &Actor, place: Place) {
        let actor = place.authorization.clone().map_or_else(|| owner.clone(), |header| owner.with(header));
        let answer = actor.send(Method::GET, &place.path, None).await;
        let possible = self.0.lock().unwrap().promised[&place].clone();
        let found = possible.iter().rev().find(|state| match state {
            State::Gone => matches!(answer.status, 401 | 404),
            State::Shows(pointer, value) => {
                answer.status == 200 && answer.body.pointer(pointer) == Some(value)
            }
        });
        let Some(found) = found else {
            panic!("{}: {} {}, but promised was one of {possible:?}", place.path, answer.status, answer.text)
        };
        self.0.lock().unwrap().promised.insert(place, vec![found.clone()]);
    }
}
