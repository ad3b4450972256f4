//! What a change did, to what, and the sentence that tells it.

use serde_json::{Map, Value};

use super::Crud;
use crate::ledger::event::Change;

/// The most names of changed fields in a sentence.
const FIELDS: usize = 8;

/// A change in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What happened: Polity's own kind, or an application's.
    pub action: String,
    /// What that does to the target.
    pub crud: Crud,
    /// The id of the resource that changed.
    pub target: Option<String>,
    /// In a sentence. It may name persons: it is kept beside the leaf only, or made when it is read.
    pub description: String,
}

impl Summary {
    /// A change in short. Every kind has its resource as payload, before and after: what it is called and
    /// by which id it is found is read from there, so that a new kind needs no words of its own.
    pub fn of(change: &Change) -> Self {
        if let Change::CustomRecorded(event) = change {
            return Self {
                action: event.action.clone(),
                crud: event.crud,
                target: event.target.clone(),
                description: event.message.clone().unwrap_or_else(|| event.action.clone()),
            };
        }
        let kind = change.kind();
        let value = serde_json::to_value(change).unwrap_or_default();
        let payload = value.get("change").unwrap_or(&Value::Null);
        let before = payload.get("before").filter(|_| payload.get("after").is_some());
        // What joined a tree is the first organization of the subtree.
        let first = payload.pointer("/organizations/0").filter(|_| kind == "organization.joined");
        let after = first.unwrap_or(if before.is_some() { &payload["after"] } else { payload });
        let target = target(after);
        let label = label(after).map_or_else(|| target.clone(), |label| Some(format!("\"{label}\"")));
        let mut description = sentence(kind, label.as_deref());
        let changed = before.map(|before| changed(before, after)).unwrap_or_default();
        if kind.ends_with(".updated") && !changed.is_empty() {
            description.push_str(": ");
            description.push_str(&changed);
        }
        Self { action: kind.to_owned(), crud: Crud::of_kind(kind), target, description }
    }
}

/// `API key "CI" was created`.
pub(super) fn sentence(kind: &str, label: Option<&str>) -> String {
    let (resource, happened) = kind.split_once('.').unwrap_or((kind, "changed"));
    let mut text = if resource == "api_key" {
        "API key".to_owned()
    } else {
        let words = resource.replace('_', " ");
        let (first, rest) = words.split_at(words.len().min(1));
        first.to_ascii_uppercase() + rest
    };
    if let Some(label) = label {
        text.push(' ');
        text.push_str(label);
    }
    text.push_str(match happened {
        "left" => " left the tree",
        "joined" => " joined the tree",
        "resent" => " was sent again",
        "bounced" => " could not be delivered",
        "ended" => " ended",
        "member_added" => " got a member",
        "member_removed" => " lost a member",
        "secret_retired" => " lost its older secret",
        _ => " was ",
    });
    if text.ends_with(' ') {
        text.push_str(&happened.replace('_', " "));
    }
    text
}

/// The id by which the resource is found: its own, that of the person it is about, or its name.
fn target(resource: &Value) -> Option<String> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str).map(str::to_owned);
    ["id", "user_id", "group_id", "name"].into_iter().find_map(text)
}

/// What people call it.
fn label(resource: &Value) -> Option<&str> {
    let text = |name: &str| resource.get(name).and_then(Value::as_str);
    // A membership's title is what somebody is there, not who.
    let names: &[&str] =
        if resource.get("user_id").is_some() { &[] } else { &["title", "display_name", "email", "name"] };
    names.iter().find_map(|name| text(name))
}

/// The names of the fields that differ.
fn changed(before: &Value, after: &Value) -> String {
    let none = Map::new();
    let (before, after) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
    let differs = |name: &&String| *name != "update_time" && before.get(*name) != after.get(*name);
    let mut names: Vec<&str> = after.keys().filter(differs).map(String::as_str).collect();
    // Whether a map keeps its order hangs on what else is built into the program.
    names.sort_unstable();
    let more = if names.len() > FIELDS { ", …" } else { "" };
    names.into_iter().take(FIELDS).collect::<Vec<_>>().join(", ") + more
}
