//! A tree as serde sees it, stricter than `serde_json` in one thing: a struct is read from an object
//! only, never from an array by position.

use serde::de::value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Number;

use super::super::fault::Fault;
use super::tree::Tree;

/// A value of the tree.
#[derive(Clone, Copy)]
pub(super) struct Strict<'a>(pub &'a Tree<'a>);

impl<'a> Strict<'a> {
    fn entries(self) -> Option<MapDeserializer<'a, impl Iterator<Item = (&'a str, Strict<'a>)>, Fault>> {
        let Tree::Object(entries) = self.0 else { return None };
        Some(MapDeserializer::new(entries.iter().map(|(key, value)| (key.as_ref(), Strict(value)))))
    }
}

fn number<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, Fault> {
    if let Some(value) = number.as_u64() {
        visitor.visit_u64(value)
    } else if let Some(value) = number.as_i64() {
        visitor.visit_i64(value)
    } else {
        visitor.visit_f64(number.as_f64().unwrap_or(f64::NAN))
    }
}

impl<'de> Deserializer<'de> for Strict<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0 {
            Tree::Null => visitor.visit_unit(),
            Tree::Bool(value) => visitor.visit_bool(*value),
            Tree::Number(value) => number(value, visitor),
            Tree::Text(value) => visitor.visit_borrowed_str(value),
            Tree::Array(items) => visitor.visit_seq(SeqDeserializer::new(items.iter().map(Strict))),
            Tree::Object(_) => match self.entries() {
                Some(entries) => visitor.visit_map(entries),
                None => visitor.visit_unit(),
            },
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if matches!(self.0, Tree::Array(_)) {
            return Err(Fault::invalid_type(Unexpected::Seq, &"an object"));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        if matches!(self.0, Tree::Null) { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match (self.0, self.entries()) {
            (Tree::Text(name), _) => {
                visitor.visit_enum(IntoDeserializer::<Fault>::into_deserializer(name.as_ref()))
            }
            (_, Some(entries)) => visitor.visit_enum(MapAccessDeserializer::new(entries)),
            _ => Err(Fault::new("invalid_type", "must be a string")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Strict<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
