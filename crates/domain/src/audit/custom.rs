//! Kinds of events that an application registers, and the events that it records of them.

use serde::{Deserialize, Serialize};

use super::Crud;
use super::known::known;
use crate::ids::OrganizationId;
use crate::ledger::event::Change;
use crate::time::Time;

/// The longest description of an event, in characters.
pub const MAX_DESCRIPTION: usize = 500;
/// The most bytes of an event's attributes, as JSON text.
pub const MAX_ATTRIBUTES: usize = 8 * 1024;
/// The most bytes of a name, a target and an event's id.
const MAX_NAME: usize = 128;

/// A kind of events that an application registered; it is known in its organization and in those below
/// that inherit its roles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditAction {
    /// The organization that registered it.
    pub organization_id: OrganizationId,
    /// What the application calls it.
    pub name: String,
    /// What happens, for a person.
    pub description: String,
    /// What it does to its target.
    pub crud: Crud,
    /// When it was registered.
    pub create_time: Time,
}

/// Something that happened in an application's own product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomEvent {
    /// Where: the organization whose event it is.
    pub organization_id: OrganizationId,
    /// What the application calls this very event: the same id is recorded once.
    pub event_id: String,
    /// Of which kind.
    pub action: String,
    /// What it did to its target.
    pub crud: Crud,
    /// What it was done to, by the application's own id.
    pub target: Option<String>,
    /// What happened, in a sentence. It may name persons, so it stands beside the leaf; none once erased.
    pub message: Option<String>,
    /// What else the application knows, as the text of a JSON object. It stands beside the leaf as well.
    pub attributes: Option<String>,
}

/// Why a kind of events cannot be registered, or an event of it recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidAction {
    /// Not a name.
    #[error("must be 1 to 128 characters of a-z, A-Z, 0-9, _, - and ., beginning with a letter")]
    Form,
    /// It would pass for one of Polity's own.
    #[error("the resource `{0}` is Polity's own")]
    Reserved(String),
    /// It is known already.
    #[error("is known without being registered")]
    Known,
    /// Not an id.
    #[error("must be 1 to 128 characters of ASCII without spaces")]
    Id,
}

impl AuditAction {
    /// Checks a name that is to be registered.
    pub fn check_name(name: &str) -> Result<(), InvalidAction> {
        let first = name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic());
        let rest = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
        if !first || !rest || name.len() > MAX_NAME {
            return Err(InvalidAction::Form);
        }
        let resource = name.split('.').next().unwrap_or_default();
        let own = Change::KINDS.iter().any(|kind| kind.split('.').next() == Some(resource));
        if own && name.contains('.') {
            return Err(InvalidAction::Reserved(resource.to_owned()));
        }
        if known(name).is_some() { Err(InvalidAction::Known) } else { Ok(()) }
    }
}

impl CustomEvent {
    /// Checks an id that the application gives: of an event or of what it was done to.
    pub fn check_id(id: &str) -> Result<(), InvalidAction> {
        let graphic = id.bytes().all(|byte| byte.is_ascii_graphic());
        if id.is_empty() || id.len() > MAX_NAME || !graphic { Err(InvalidAction::Id) } else { Ok(()) }
    }

    /// Whether this is the same event told once more. What was erased is not compared.
    pub fn repeats(&self, first: &Self) -> bool {
        let erased = first.message.is_none();
        let same_text = self.message == first.message && self.attributes == first.attributes;
        (self.organization_id, &self.event_id, &self.action, &self.target)
            == (first.organization_id, &first.event_id, &first.action, &first.target)
            && (erased || same_text)
    }
}
