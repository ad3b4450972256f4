//! Parameters (of a path or a query) as serde sees them: text that may be a number, a boolean, an id
//! or the name of a variant.

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::fault::Fault;
use crate::problem::Problem;

/// Names with all their values, in the order in which they came.
pub(super) type Parameters = Vec<(String, Vec<String>)>;

/// Reads parameters into a struct whose fields have their names.
pub(super) fn read<T: DeserializeOwned>(parameters: &Parameters) -> Result<T, Problem> {
    let entries = || {
        let entries = parameters.iter().map(|(name, values)| (name.as_str(), Values(values)));
        MapDeserializer::<_, Fault>::new(entries)
    };
    // Keeping the path costs more than reading: it is found out once something is wrong.
    if let Ok(value) = T::deserialize(entries()) {
        return Ok(value);
    }
    serde_path_to_error::deserialize(entries()).map_err(|error| {
        let place = error.path().to_string();
        let fault = error.into_inner();
        let code = match fault.code {
            "unknown_field" => "unknown_parameter",
            "missing_field" => "missing_parameter",
            "invalid_id" => "invalid_id",
            _ => "invalid_parameter",
        };
        let name =
            fault.field.unwrap_or_else(|| place.split(['.', '[']).next().unwrap_or_default().to_owned());
        Problem::field(name, code, fault.detail)
    })
}

/// The values of one parameter.
#[derive(Clone, Copy)]
struct Values<'a>(&'a [String]);

impl<'a> Values<'a> {
    fn one(self) -> Result<&'a str, Fault> {
        match self.0 {
            [only] => Ok(only),
            _ => Err(Fault::new("invalid_value", "is given more than once")),
        }
    }
}

macro_rules! parsed {
    ($($method:ident => $visit:ident, $kind:ty, $expected:literal;)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            let value: $kind = self.one()?.parse().map_err(|_| Fault::custom(concat!("must be ", $expected)))?;
            visitor.$visit(value)
        }
    )*};
}

impl<'de> Deserializer<'de> for Values<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(self.one()?)
    }

    parsed! {
        deserialize_bool => visit_bool, bool, "true or false";
        deserialize_i8 => visit_i8, i8, "an integer from -128 to 127";
        deserialize_i16 => visit_i16, i16, "an integer of 16 bits";
        deserialize_i32 => visit_i32, i32, "an integer of 32 bits";
        deserialize_i64 => visit_i64, i64, "an integer of 64 bits";
        deserialize_u8 => visit_u8, u8, "an integer from 0 to 255";
        deserialize_u16 => visit_u16, u16, "an integer of 16 bits, not negative";
        deserialize_u32 => visit_u32, u32, "an integer of 32 bits, not negative";
        deserialize_u64 => visit_u64, u64, "an integer of 64 bits, not negative";
    }

    /// Another reader's parameter: neither read nor judged.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    /// An empty value stands for an absent one (`page_token=`).
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.0 {
            [only] if only.is_empty() => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let each = self.0.iter().map(|value| Values(std::slice::from_ref(value)));
        visitor.visit_seq(SeqDeserializer::new(each))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_enum(IntoDeserializer::<Fault>::into_deserializer(self.one()?))
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct tuple tuple_struct map struct
        identifier
    }
}

impl<'de> IntoDeserializer<'de, Fault> for Values<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}
