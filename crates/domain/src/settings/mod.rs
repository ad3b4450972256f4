//! Settings: typed keys that an organization sets for itself and for all below it, as a default that they
//! may replace or enforced. There is no key that Polity does not obey.

mod catalogue;
mod inheritance;
mod policy;

pub use catalogue::{
    API_KEYS_MAX_LIFETIME_DAYS, API_KEYS_REQUIRE_ALLOWED_CIDRS, Definition, Fixed,
    INVITATIONS_ALLOWED_EMAIL_DOMAINS, INVITATIONS_MAX_TTL_SECONDS, INVITATIONS_TTL_SECONDS, InvalidSetting,
    KEYS, Kind, MEMBERS_REQUESTS_ALLOWED, NARROWING, ORGANIZATIONS_CHILDREN_ALLOWED, Stricter, definition,
};
pub use inheritance::{Effective, Level, chain, effective, enforced_above};
pub use policy::{KeyRefusal, Policy};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::OrganizationId;
use crate::time::Time;

/// What an organization has set itself. One that has never set anything has none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrganizationSettings {
    /// Whose they are.
    pub organization_id: OrganizationId,
    /// By the names of their keys.
    pub entries: BTreeMap<String, Entry>,
    /// When they were last changed; none: never.
    pub update_time: Option<Time>,
}

/// A key's value, and how far it goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The value, of the key's type.
    pub value: Value,
    /// Whether those below may replace it.
    pub mode: Mode,
}

/// A value of one of the types that keys have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A list of texts.
    Texts(Vec<String>),
}

/// Whether those below may replace what is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// They may.
    Default,
    /// They may not.
    Enforced,
}

impl OrganizationSettings {
    /// Those of an organization that has never set any.
    pub const fn new(organization_id: OrganizationId) -> Self {
        Self { organization_id, entries: BTreeMap::new(), update_time: None }
    }

    /// Sets keys, or (none) takes what was set away. What is the same afterwards has the same
    /// `update_time`.
    pub fn update(&self, changes: BTreeMap<String, Option<Entry>>, now: Time) -> Self {
        let mut after = self.clone();
        for (key, entry) in changes {
            match entry {
                Some(entry) => after.entries.insert(key, entry),
                None => after.entries.remove(&key),
            };
        }
        if after == *self { after } else { Self { update_time: Some(now), ..after } }
    }
}
