//! Small conversions between rows and the domain.

use polity_domain::roles::Principal;
use polity_domain::time::Time;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::StoreError;

/// A revision as the tables keep it.
pub(crate) fn signed(revision: u64) -> i64 {
    i64::try_from(revision).unwrap_or(i64::MAX)
}

/// A number that is never negative as the domain counts it.
pub(crate) fn unsigned<T: TryFrom<i64>>(number: i64) -> Result<T, StoreError> {
    T::try_from(number).map_err(|_| StoreError::corrupt(format!("{number} is out of range")))
}

/// JSON text for a column.
pub(crate) fn json<T: Serialize>(value: &T) -> Result<String, StoreError> {
    Ok(serde_json::to_string(value)?)
}

/// The value of a column of JSON text.
pub(crate) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, StoreError> {
    Ok(serde_json::from_str(text)?)
}

/// An optional time.
pub(crate) fn time(micros: Option<i64>) -> Option<Time> {
    micros.map(Time)
}

/// A principal from its two columns.
pub(crate) fn principal(kind: &str, id: Uuid) -> Result<Principal, StoreError> {
    Principal::from_parts(kind, id).ok_or_else(|| StoreError::corrupt(format!("principal kind {kind}")))
}
