//! What memory knows of a row: what its fields hold, and what it is sorted by.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use polity_domain::listing::{Fact, OrderBy, Record};
use polity_domain::time::Time;
use uuid::Uuid;

/// What a row is told apart and sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    Number(i64),
    /// By its bytes in UTF-8.
    Text(String),
    Id(Uuid),
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    pub id: Key,
    facts: BTreeMap<&'static str, Fact<'static>>,
    labels: BTreeMap<String, String>,
    keys: BTreeMap<&'static str, Key>,
}

impl Record for Row {
    fn value(&self, field: &str, key: Option<&str>) -> Fact<'_> {
        match (field, key) {
            ("labels", Some(key)) => self.labels.get(key).map(String::as_str).into(),
            ("labels", None) if self.labels.is_empty() => Fact::Missing,
            ("labels", None) => Fact::Present,
            _ => self.facts.get(field).cloned().unwrap_or(Fact::Missing),
        }
    }
}

impl Row {
    pub fn new(id: Key) -> Self {
        Self { id, facts: BTreeMap::new(), labels: BTreeMap::new(), keys: BTreeMap::new() }
    }

    fn with(mut self, field: &'static str, fact: Fact<'static>) -> Self {
        self.facts.insert(field, fact);
        self
    }

    /// Text: a title, a name of an enumeration, an id.
    pub fn text(self, field: &'static str, text: impl ToString) -> Self {
        let text = text.to_string();
        self.sorted(field, Key::Text(text.clone())).with(field, Fact::Text(text.into()))
    }

    /// Text that may be missing.
    pub fn some(self, field: &'static str, text: Option<impl ToString>) -> Self {
        match text {
            Some(text) => self.text(field, text),
            None => self,
        }
    }

    /// Several texts.
    pub fn texts(self, field: &'static str, texts: impl IntoIterator<Item = impl ToString>) -> Self {
        self.with(field, Fact::Texts(texts.into_iter().map(|text| text.to_string().into()).collect()))
    }

    pub fn time(self, field: &'static str, time: Time) -> Self {
        self.sorted(field, Key::Number(time.micros())).with(field, Fact::Time(time))
    }

    pub fn some_time(self, field: &'static str, time: Option<Time>) -> Self {
        match time {
            Some(time) => self.time(field, time),
            None => self,
        }
    }

    pub fn number(self, field: &'static str, number: i64) -> Self {
        self.sorted(field, Key::Number(number)).with(field, Fact::Number(number))
    }

    pub fn truth(self, field: &'static str, truth: bool) -> Self {
        self.with(field, Fact::Bool(truth))
    }

    pub fn labels(mut self, labels: &BTreeMap<String, String>) -> Self {
        self.labels.clone_from(labels);
        self
    }

    /// What it is sorted by under this name.
    pub fn sorted(mut self, field: &'static str, key: Key) -> Self {
        self.keys.insert(field, key);
        self
    }

    /// What a field holds, as a filter could write it.
    pub fn words(&self, field: &str) -> Vec<String> {
        match self.facts.get(field) {
            Some(Fact::Text(text)) => vec![text.to_string()],
            Some(Fact::Texts(texts)) => texts.iter().map(ToString::to_string).collect(),
            Some(Fact::Number(number)) => vec![number.to_string()],
            Some(Fact::Time(time)) => vec![written(*time)],
            _ if field == "labels" => self.labels.values().cloned().collect(),
            _ => Vec::new(),
        }
    }
}

/// A time to the microsecond.
fn written(time: Time) -> String {
    let (seconds, micros) = (time.micros().div_euclid(1_000_000), time.micros().rem_euclid(1_000_000));
    let whole = Time(seconds * 1_000_000).to_string();
    let whole = whole.split('.').next().unwrap().to_owned();
    format!("{whole}.{micros:06}Z")
}

/// The order that lists promise: the id last, in the direction of the last field.
pub fn compare(one: &Row, other: &Row, order: &[OrderBy]) -> Ordering {
    let turned = |ordering: Ordering, descending| if descending { ordering.reverse() } else { ordering };
    let fields = order.iter().map(|step| {
        let key = |row: &Row| {
            row.keys.get(step.field).unwrap_or_else(|| panic!("{} sorts nothing", step.field)).clone()
        };
        turned(key(one).cmp(&key(other)), step.descending)
    });
    let last = order.last().is_some_and(|step| step.descending);
    fields.fold(Ordering::Equal, Ordering::then).then(turned(one.id.cmp(&other.id), last))
}
