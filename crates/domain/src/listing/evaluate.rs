//! Answers a filter in memory, with the meaning that SQL has to have too.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::filter::Comparator;
use super::pattern::fold;
use super::resolve::{Resolved, Value};
use crate::time::Time;

/// Something that a filter can be held against.
pub trait Record {
    /// What stands in `field`; of a [`Kind::Map`](super::Kind::Map), what stands at `key`, or without a
    /// key whether anything does. Of a [`Kind::Search`](super::Kind::Search) field, the texts to search.
    fn value(&self, field: &str, key: Option<&str>) -> Fact<'_>;
}

/// What a record says about one of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact<'a> {
    /// There is no value.
    Missing,
    /// There is something, which has no single value: a map that is not empty.
    Present,
    /// Text. Enumerations are written as the table of fields writes them, ids as TypeIDs.
    Text(Cow<'a, str>),
    /// Several texts. A comparison holds if it holds for one of them; `!=` if `=` holds for none. An empty
    /// list is like [`Fact::Missing`].
    Texts(Vec<Cow<'a, str>>),
    /// A moment.
    Time(Time),
    /// A whole number; for [`Kind::Duration`](super::Kind::Duration), microseconds.
    Number(i64),
    /// A truth value.
    Bool(bool),
}

impl<'a> From<&'a str> for Fact<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a, T: Into<Fact<'a>>> From<Option<T>> for Fact<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

impl From<Time> for Fact<'_> {
    fn from(time: Time) -> Self {
        Self::Time(time)
    }
}

impl From<i64> for Fact<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<bool> for Fact<'_> {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl Resolved {
    /// Whether the filter lets `record` through.
    pub fn matches(&self, record: &impl Record) -> bool {
        match self {
            Self::And(parts) => parts.iter().all(|part| part.matches(record)),
            Self::Or(parts) => parts.iter().any(|part| part.matches(record)),
            Self::Not(inner) => !inner.matches(record),
            Self::Compare { field, key, comparator: Comparator::NotEqual, value } => {
                !holds(&record.value(field, key.as_deref()), Comparator::Equal, value)
            }
            Self::Compare { field, key, comparator, value } => {
                holds(&record.value(field, key.as_deref()), *comparator, value)
            }
        }
    }
}

/// Whether a comparison other than `!=` is true. A fact of another type than the value is no value.
fn holds(fact: &Fact<'_>, comparator: Comparator, value: &Value) -> bool {
    match (fact, value) {
        (Fact::Texts(texts), Value::Present) => !texts.is_empty(),
        (fact, Value::Present) => *fact != Fact::Missing,
        (Fact::Texts(texts), value) => texts.iter().any(|text| text_holds(text, comparator, value)),
        (Fact::Text(text), value) => text_holds(text, comparator, value),
        (Fact::Time(left), Value::Time(right)) => is_so(comparator, left.cmp(right)),
        (Fact::Number(left), Value::Number(right)) => is_so(comparator, left.cmp(right)),
        (Fact::Bool(left), Value::Bool(right)) => is_so(comparator, left.cmp(right)),
        _ => false,
    }
}

fn text_holds(text: &str, comparator: Comparator, value: &Value) -> bool {
    match value {
        Value::Text { pattern, folded } => {
            let text = if *folded { Cow::Owned(fold(text)) } else { Cow::Borrowed(text) };
            if comparator == Comparator::Equal {
                return pattern.matches(&text);
            }
            pattern.literal().is_some_and(|literal| is_so(comparator, text.as_ref().cmp(literal)))
        }
        Value::Enumeration(name) => is_so(comparator, text.cmp(name)),
        Value::Id(id) => is_so(comparator, text.cmp(id)),
        Value::Time(_) | Value::Number(_) | Value::Bool(_) | Value::Present => false,
    }
}

/// Whether the comparator is true of two values in this order.
fn is_so(comparator: Comparator, order: Ordering) -> bool {
    match comparator {
        Comparator::Equal | Comparator::Has => order.is_eq(),
        Comparator::NotEqual => order.is_ne(),
        Comparator::Less => order.is_lt(),
        Comparator::LessOrEqual => order.is_le(),
        Comparator::Greater => order.is_gt(),
        Comparator::GreaterOrEqual => order.is_ge(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listing::{Field, Fields, Kind, read_filter};

    const FIELDS: Fields = Fields::new(&[
        Field::new("title", Kind::Text),
        Field::new("email", Kind::TextFolded),
        Field::new("state", Kind::Enumeration(&["ACTIVE", "SUSPENDED"])),
        Field::new("create_time", Kind::Time),
        Field::new("delete_time", Kind::Time),
        Field::new("seats", Kind::Number),
        Field::new("sealed", Kind::Bool),
        Field::new("labels", Kind::Map),
        Field::new("search", Kind::Search),
    ]);

    struct Sales;

    impl Record for Sales {
        fn value(&self, field: &str, key: Option<&str>) -> Fact<'_> {
            match (field, key) {
                ("title", _) => "Sales 100%".into(),
                ("email", _) => "Ann@Example.com".into(),
                ("state", _) => "ACTIVE".into(),
                ("create_time", _) => Time::parse("2026-01-31T12:00:00Z").into(),
                ("seats", _) => 7_i64.into(),
                ("sealed", _) => false.into(),
                ("labels", None) => Fact::Present,
                ("labels", Some("env")) => "Prod".into(),
                ("search", _) => Fact::Texts(vec!["Sales 100%".into(), "Ann@Example.com".into()]),
                _ => Fact::Missing,
            }
        }
    }

    fn matches(filter: &str) -> bool {
        read_filter(filter, &FIELDS).unwrap().unwrap().matches(&Sales)
    }

    #[test]
    fn what_is_true_of_the_record_matches() {
        for filter in [
            "title = 'Sales 100%'",
            "title = Sales*",
            "title = '*%'",
            "title:'ES 1'",
            "title > Sa",
            "title != sales",
            "email = ann@EXAMPLE.com",
            "email:EXAMPLE",
            "email = *@example.com",
            "state = active",
            "-state:suspended",
            "create_time >= 2026-01-31T12:00:00Z",
            "create_time < 2026-01-31T12:00:00.001Z",
            "seats > 6 seats <= 7",
            "sealed = false",
            "labels:env",
            "labels.env = Prod",
            "labels.env:prod",
            "labels:*",
            "sales",
            "sales ann@example",
            "seats = (1 OR 7)",
            "seats != (1 OR 2)",
            "state = SUSPENDED OR seats = 7",
        ] {
            assert!(matches(filter), "{filter}");
        }
    }

    #[test]
    fn what_is_false_of_the_record_does_not() {
        for filter in [
            "title = Sales",
            "title = 'sales 100%'",
            "title = 'Sales _00*'",
            r"title = 'Sales\*'",
            "email:example.org",
            "labels.env = prod",
            "labels:Env",
            "sales bob",
            "'100% ann'",
            "seats != (1 OR 7)",
            "sealed = true",
            "seats = 7 AND state = SUSPENDED OR sealed = true",
        ] {
            assert!(!matches(filter), "{filter}");
        }
    }

    #[test]
    fn a_missing_value_is_unequal_to_everything_and_not_inverts() {
        let moment = "2026-01-31T12:00:00Z";
        for comparator in ["=", "<", "<=", ">", ">=", ":"] {
            assert!(!matches(&format!("delete_time {comparator} {moment}")));
            assert!(matches(&format!("NOT delete_time {comparator} {moment}")));
        }
        assert!(matches(&format!("delete_time != {moment}")));
        assert!(!matches(&format!("NOT delete_time != {moment}")));
        assert!(!matches("delete_time:*"));
        assert!(matches("labels.team != blue AND -labels:team"));
    }
}
