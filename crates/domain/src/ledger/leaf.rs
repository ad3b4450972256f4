//! The bytes of a leaf. What concerns a person (addresses, names, messages) does not stand in the
//! leaf: it lies in a side record that can be erased, and the leaf holds a salted commitment to it,
//! so that erasing a person leaves every proof whole.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::event::Event;
use super::merkle::{self, Hash};

/// The fields that concern a person, wherever they stand in an event.
const PERSONAL: &[&str] = &["email", "display_name", "message", "attributes", "ip_address", "user_agent"];
/// Where the commitment stands in the leaf.
const COMMITMENT: &str = "personal_sha256";
/// What stands in place of an erased address; it parses as one.
const ERASED_EMAIL: &str = "erased@erased.invalid";

/// A leaf as it is stored: its bytes, and beside them what can be erased.
#[derive(Clone, PartialEq, Eq)]
pub struct Leaf {
    /// The JSON text that is hashed, verbatim.
    pub bytes: String,
    /// The personal fields by JSON pointer (RFC 6901), as JSON text.
    pub personal: String,
}

/// A leaf or its personal record is not what this version wrote.
#[derive(Debug, thiserror::Error)]
pub enum MalformedLeaf {
    /// Not the JSON of an event.
    #[error("the leaf does not hold an event: {0}")]
    Json(#[from] serde_json::Error),
    /// The personal record is not the one that the leaf commits to.
    #[error("the personal record is not the one that the leaf commits to")]
    Commitment,
}

impl Leaf {
    /// Writes an event. `salt` (16 random bytes or more) keeps guesses at the personal fields from
    /// being confirmed by the commitment.
    pub fn write(event: &Event, salt: &[u8]) -> Result<Self, MalformedLeaf> {
        let mut value = serde_json::to_value(event)?;
        let mut personal = Map::new();
        take(&mut value, String::new(), &mut personal);
        personal.sort_keys();
        let personal = serde_json::to_string(&personal)?;
        if let Value::Object(fields) = &mut value {
            fields.insert(COMMITMENT.to_owned(), Value::String(commitment(salt, &personal)));
        }
        // The same event is the same text in every program: whether maps keep their order hangs on what is built in.
        value.sort_all_objects();
        Ok(Self { bytes: serde_json::to_string(&value)?, personal })
    }

    /// Reads the event back; `personal` is none when it was erased.
    pub fn read(bytes: &str, personal: Option<&str>) -> Result<Event, MalformedLeaf> {
        let mut value: Value = serde_json::from_str(bytes)?;
        let fields: Map<String, Value> = match personal {
            Some(text) => serde_json::from_str(text)?,
            None => Map::new(),
        };
        for (pointer, field) in fields {
            put(&mut value, &pointer, field)?;
        }
        if personal.is_none() {
            erase(&mut value);
        }
        Ok(serde_json::from_value(value)?)
    }

    /// Proves that a personal record is the one that a leaf commits to.
    pub fn verify_personal(bytes: &str, salt: &[u8], personal: &str) -> Result<(), MalformedLeaf> {
        let value: Value = serde_json::from_str(bytes)?;
        if value.get(COMMITMENT).and_then(Value::as_str) == Some(&commitment(salt, personal)) {
            Ok(())
        } else {
            Err(MalformedLeaf::Commitment)
        }
    }

    /// The leaf's hash in the tree (RFC 6962, section 2.1).
    pub fn hash(&self) -> Hash {
        merkle::leaf_hash(self.bytes.as_bytes())
    }
}

fn commitment(salt: &[u8], personal: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(salt);
    hasher.update(personal.as_bytes());
    hex(&hasher.finalize())
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| DIGITS[usize::from(digit)]);
    let mut text = Vec::with_capacity(bytes.len() * 2);
    text.extend(digits);
    // Always text: hexadecimal digits.
    String::from_utf8(text).unwrap_or_default()
}

/// Moves the personal fields out, to `personal` under their JSON pointers.
fn take(value: &mut Value, at: String, personal: &mut Map<String, Value>) {
    match value {
        Value::Object(fields) => {
            for name in PERSONAL {
                if let Some(field @ Value::String(_)) = fields.get_mut(*name) {
                    personal.insert(format!("{at}/{name}"), std::mem::replace(field, Value::Null));
                }
            }
            // `labels` is the organization's own free map: nothing in it is a field of ours.
            for (name, field) in fields.iter_mut().filter(|(name, _)| *name != "labels") {
                take(field, format!("{at}/{name}"), personal);
            }
        }
        Value::Array(items) => {
            for (position, item) in items.iter_mut().enumerate() {
                take(item, format!("{at}/{position}"), personal);
            }
        }
        _ => {}
    }
}

/// Puts a personal field back where one was taken out, and nowhere else: a side record that somebody
/// changed rewrites nothing of what the leaf itself says.
fn put(value: &mut Value, pointer: &str, field: Value) -> Result<(), MalformedLeaf> {
    let personal = pointer.rsplit_once('/').is_some_and(|(_, name)| PERSONAL.contains(&name));
    match value.pointer_mut(pointer).filter(|place| personal && place.is_null()) {
        Some(place) => *place = field,
        None => return Err(MalformedLeaf::Commitment),
    }
    Ok(())
}

/// Fills the places of erased fields with what says so.
fn erase(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                match (name.as_str(), &field) {
                    ("email", Value::Null) => *field = Value::String(ERASED_EMAIL.to_owned()),
                    ("display_name", Value::Null) => *field = Value::String("[erased]".to_owned()),
                    _ => erase(field),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(erase),
        _ => {}
    }
}
