//! JSON text into a tree.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::super::pointer;
use super::MAX_DEPTH;
use crate::problem::Problem;

/// How many keys of an object are compared one by one; more than that are hashed.
const FEW: usize = 16;

/// A JSON value that borrows its text where nothing is escaped.
#[derive(Debug, Clone)]
pub(super) enum Tree<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(Cow<'a, str>),
    Array(Vec<Tree<'a>>),
    Object(Vec<(Cow<'a, str>, Tree<'a>)>),
}

/// What is wrong, with where: serde's error type has no room for it.
struct Found {
    /// From the innermost place outwards.
    steps: Vec<String>,
    code: &'static str,
    detail: &'static str,
}

/// Reads the whole text as one JSON value.
pub(super) fn read(text: &str) -> Result<Tree<'_>, Problem> {
    let mut found = None;
    let mut reader = serde_json::Deserializer::from_str(text);
    let node = Node { depth: 0, found: &mut found };
    let read = node.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| match found {
        None => {
            let (line, column) = (error.line(), error.column());
            let detail = format!("The body is no JSON: line {line}, column {column}.");
            Problem::bad_request("invalid_json", detail)
        }
        Some(Found { steps, code, detail }) => {
            let mut field = String::new();
            steps.iter().rev().for_each(|step| pointer::push(&mut field, step));
            Problem::field(field, code, detail)
        }
    })
}

/// One value of the tree, about to be read.
struct Node<'a> {
    depth: usize,
    found: &'a mut Option<Found>,
}

impl Node<'_> {
    fn refuse<E: Error>(&mut self, code: &'static str, detail: &'static str) -> E {
        *self.found = Some(Found { steps: Vec::new(), code, detail });
        E::custom(detail)
    }

    /// The value one step further down.
    fn below(&mut self) -> Node<'_> {
        Node { depth: self.depth + 1, found: self.found }
    }

    /// Notes on the way out where it went wrong.
    fn note(&mut self, step: &dyn fmt::Display) {
        if let Some(found) = self.found {
            found.steps.push(step.to_string());
        }
    }

    fn text<E: Error>(&mut self, text: &str) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse("invalid_value", "must not hold the character U+0000"));
        }
        Ok(())
    }

    fn deeper<E: Error>(&mut self) -> Result<(), E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.refuse("invalid_json", "is nested too deeply"));
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Tree<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Tree<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree<'de>, E> {
        Ok(Number::from_f64(value).map_or(Tree::Null, Tree::Number))
    }

    fn visit_borrowed_str<E: Error>(mut self, value: &'de str) -> Result<Tree<'de>, E> {
        self.text(value)?;
        Ok(Tree::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E: Error>(mut self, value: &str) -> Result<Tree<'de>, E> {
        self.text(value)?;
        Ok(Tree::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut access: A) -> Result<Tree<'de>, A::Error> {
        self.deeper()?;
        let mut items = Vec::new();
        loop {
            match access.next_element_seed(self.below()) {
                Ok(Some(item)) => items.push(item),
                Ok(None) => return Ok(Tree::Array(items)),
                Err(error) => {
                    self.note(&items.len());
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut access: A) -> Result<Tree<'de>, A::Error> {
        self.deeper()?;
        let mut entries = Vec::new();
        let mut keys = Keys::default();
        while let Some(Key(key)) = access.next_key()? {
            let refused = if key.contains('\0') {
                Some(("invalid_value", "must not hold the character U+0000"))
            } else if keys.holds(&entries, &key) {
                Some(("invalid_json", "is given twice"))
            } else {
                None
            };
            let read = match refused {
                Some((code, detail)) => Err(self.refuse(code, detail)),
                None => access.next_value_seed(self.below()),
            };
            match read {
                Ok(value) => entries.push((key, value)),
                Err(error) => {
                    self.note(&key);
                    return Err(error);
                }
            }
        }
        Ok(Tree::Object(entries))
    }
}

/// The keys of an object so far, hashed once there are many: a hostile body has a hundred thousand.
#[derive(Default)]
struct Keys<'a>(HashSet<Cow<'a, str>>);

impl<'a> Keys<'a> {
    /// Whether a key is among the entries.
    fn holds(&mut self, entries: &[(Cow<'a, str>, Tree<'a>)], key: &str) -> bool {
        if entries.len() < FEW {
            return entries.iter().any(|(known, _)| known == key);
        }
        self.0.extend(entries[self.0.len()..].iter().map(|(known, _)| known.clone()));
        self.0.contains(key)
    }
}

/// A key that borrows its text where nothing is escaped.
struct Key<'a>(Cow<'a, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(key)))
            }

            fn visit_str<E>(self, key: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(key.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}
