//! A field of a JSON merge patch (RFC 7396).

use std::borrow::Cow;

use garde::Validate;
use garde::error::NoKey;
use garde::rules::inner::Inner;
use serde::{Deserialize, Deserializer};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// A field that may be absent (leave it), `null` (clear it) or a value (set it).
///
/// ```
/// # use polity_web::Maybe;
/// #[derive(serde::Deserialize, utoipa::ToSchema, garde::Validate)]
/// #[serde(deny_unknown_fields)]
/// struct UpdateRole {
///     #[serde(default)]
///     #[schema(value_type = Option<String>, max_length = 200)]
///     #[garde(inner(length(max = 200)))]
///     description: Maybe<String>,
/// }
/// ```
///
/// A field that cannot be cleared is an `Option` instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Maybe<T> {
    /// Not named: it stays as it is.
    #[default]
    Absent,
    /// `null`: it loses its value.
    Null,
    /// It gets this value.
    Value(T),
}

impl<T> Maybe<T> {
    /// Nothing is to change.
    pub fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// The change, if there is one: `Some(None)` clears.
    pub fn change(self) -> Option<Option<T>> {
        match self {
            Self::Absent => None,
            Self::Null => Some(None),
            Self::Value(value) => Some(Some(value)),
        }
    }

    /// What stands after the patch, where `current` stood before.
    pub fn over(self, current: Option<T>) -> Option<T> {
        self.change().unwrap_or(current)
    }

    /// Changes the value, if there is one.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Maybe<U> {
        match self {
            Self::Absent => Maybe::Absent,
            Self::Null => Maybe::Null,
            Self::Value(value) => Maybe::Value(change(value)),
        }
    }

    fn value(&self) -> Option<&T> {
        if let Self::Value(value) = self { Some(value) } else { None }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::deserialize(deserializer).map(|value| value.map_or(Self::Null, Self::Value))
    }
}

impl<T> Inner<T> for Maybe<T> {
    type Key = NoKey;

    fn validate_inner<F: FnMut(&T, &NoKey)>(&self, mut rule: F) {
        if let Some(value) = self.value() {
            rule(value, &NoKey::default());
        }
    }
}

impl<T: Validate> Validate for Maybe<T> {
    type Context = T::Context;

    fn validate_into(
        &self,
        context: &T::Context,
        parent: &mut dyn FnMut() -> garde::Path,
        report: &mut garde::Report,
    ) {
        if let Some(value) = self.value() {
            value.validate_into(context, parent, report);
        }
    }
}

impl<T: ToSchema> PartialSchema for Maybe<T>
where
    Option<T>: PartialSchema,
{
    fn schema() -> RefOr<Schema> {
        Option::<T>::schema()
    }
}

impl<T: ToSchema> ToSchema for Maybe<T>
where
    Option<T>: PartialSchema,
{
    fn name() -> Cow<'static, str> {
        Cow::Owned(format!("Nullable{}", T::name()))
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        T::schemas(schemas);
    }
}
