//! JSON text into a tree.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use super::super::pointer;
use super::MAX_DEPTH;
use crate::problem::Problem;

/// What is wrong, with where: serde's error type has no room for it.
type Found = Option<(String, &'static str, &'static str)>;

/// Reads the whole text as one JSON value.
pub(super) fn read(text: &str) -> Result<Value, Problem> {
    let mut found = None;
    let mut place = String::new();
    let mut reader = serde_json::Deserializer::from_str(text);
    let node = Node { depth: 0, place: &mut place, found: &mut found };
    let read = node.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    read.map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let broken = || {
            Problem::bad_request(
                "invalid_json",
                format!("The body is no JSON: line {line}, column {column}."),
            )
        };
        found.map_or_else(broken, |(field, code, detail)| Problem::field(field, code, detail))
    })
}

/// One value of the tree, about to be read.
struct Node<'a> {
    depth: usize,
    place: &'a mut String,
    found: &'a mut Found,
}

impl Node<'_> {
    fn refuse<E: Error>(&mut self, code: &'static str, detail: &'static str) -> E {
        *self.found = Some((self.place.clone(), code, detail));
        E::custom(detail)
    }

    /// The value one step further down; whoever steps down steps back up.
    fn below(&mut self, step: &str) -> Node<'_> {
        pointer::push(self.place, step);
        Node { depth: self.depth + 1, place: self.place, found: self.found }
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
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.visit_string(value.to_owned())
    }

    fn visit_string<E: Error>(mut self, value: String) -> Result<Value, E> {
        self.text(&value)?;
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut access: A) -> Result<Value, A::Error> {
        self.deeper()?;
        let here = self.place.len();
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.below(&items.len().to_string()))? {
            items.push(item);
            self.place.truncate(here);
        }
        self.place.truncate(here);
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut access: A) -> Result<Value, A::Error> {
        self.deeper()?;
        let here = self.place.len();
        let mut entries = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            let mut below = self.below(&key);
            below.text(&key)?;
            if entries.contains_key(&key) {
                return Err(below.refuse("invalid_json", "is given twice"));
            }
            let value = access.next_value_seed(below)?;
            entries.insert(key, value);
            self.place.truncate(here);
        }
        Ok(Value::Object(entries))
    }
}
