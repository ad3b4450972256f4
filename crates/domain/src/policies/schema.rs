//! The schema that a policy's text is checked against: generated from the permissions that the tree knows.
//!
//! Cedar checks a text once for each kind of principal, action and kind of resource that it may be about, and a tree
//! may know thousands of permissions. Those that the text does not name are alike to it, as far as the groups that
//! it names go, so one of each sort stands for all of them.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::is_exempt;
use crate::permissions::{CATALOGUE, Catalogue, Danger};

/// Where an application's types of resources stand, so that none is taken for one of Polity's own.
const APPLICATION: &str = "App";

/// Words of Cedar's own that a type cannot be called.
const RESERVED: [&str; 9] = ["if", "then", "else", "in", "is", "like", "has", "true", "false"];

/// An action's groups: by how much harm it can do, and by its resource.
pub(super) fn groups(permission: &str, danger: Danger) -> [String; 2] {
    [danger_group(danger).to_owned(), resource_group(resource_of(permission))]
}

/// The group of all actions that can do as much harm.
pub(super) const fn danger_group(danger: Danger) -> &'static str {
    match danger {
        Danger::Read => "READ",
        Danger::Write => "WRITE",
        Danger::Admin => "ADMIN",
        Danger::Owner => "OWNER",
    }
}

fn resource_group(resource: &str) -> String {
    format!("{resource}.*")
}

fn resource_of(permission: &str) -> &str {
    permission.split_once('.').map_or(permission, |(resource, _)| resource)
}

/// How a type of an application is called within its namespace: a word of Cedar's own with a capital.
fn type_name(kind: &str) -> String {
    let mut characters = kind.chars();
    match characters.next() {
        Some(first) if RESERVED.contains(&kind) => {
            first.to_ascii_uppercase().to_string() + characters.as_str()
        }
        _ => kind.to_owned(),
    }
}

/// How a type of an application is called in a policy.
pub(super) fn qualified(kind: &str) -> String {
    format!("{APPLICATION}::{}", type_name(kind))
}

/// Of which actions a text may speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Actions {
    /// Those that a policy may forbid.
    Forbiddable,
    /// All that a role can give.
    All,
}

/// The schema, as far as `text` can tell it from the whole one.
pub(super) fn schema_for(text: &str, catalogue: &Catalogue, actions_of: Actions) -> Value {
    let spoken_of = |name: &str| actions_of == Actions::All || !catalogue.index(name).is_some_and(is_exempt);
    let own = CATALOGUE.iter().filter(|entry| spoken_of(entry.name));
    let own = own.map(|entry| (entry.name, entry.danger, None));
    let registered = catalogue.registered().map(|(_, entry)| {
        let name = entry.name.as_str();
        (name, entry.danger, Some(resource_of(name)))
    });
    let named = |word: &str| text.contains(word);
    let mut stands_for = BTreeSet::new();
    let mut actions = Map::new();
    let mut kinds = BTreeSet::new();
    for danger in [Danger::Read, Danger::Write, Danger::Admin, Danger::Owner] {
        actions.insert(danger_group(danger).to_owned(), json!({}));
    }
    for (permission, danger, kind) in own.chain(registered) {
        let [by_danger, by_resource] = groups(permission, danger);
        // Over all of the text: to take one too many does no harm.
        let group = Some(by_resource).filter(|group| named(group));
        let of_type = kind.map(|kind| Some(kind).filter(|kind| named(&qualified(kind))));
        if stands_for.insert((danger, group.clone(), of_type)) || named(permission) {
            let mut resources = vec!["Organization".to_owned(), "Workspace".to_owned()];
            if let Some(kind) = kind {
                kinds.insert(type_name(kind));
                resources.push(qualified(kind));
            }
            let mut member_of = vec![json!({"id": by_danger})];
            if let Some(group) = group {
                member_of.push(json!({"id": group}));
                actions.entry(group).or_insert(json!({}));
            }
            let applies = json!({
                "principalTypes": ["User", "Group", "ServiceAccount", "ApiKey", "Anonymous"],
                "resourceTypes": resources,
                "context": {"type": "Context"},
            });
            actions.insert(permission.to_owned(), json!({"memberOf": member_of, "appliesTo": applies}));
        }
    }
    json!({
        "": {"commonTypes": {"Context": context()}, "entityTypes": own_types(), "actions": actions},
        APPLICATION: {"entityTypes": application_types(&kinds), "actions": {}},
    })
}

fn entity(name: &str) -> Value {
    json!({"type": "Entity", "name": name})
}

fn optional(mut of_type: Value) -> Value {
    of_type["required"] = json!(false);
    of_type
}

fn record(attributes: &Value) -> Value {
    json!({"type": "Record", "attributes": attributes})
}

/// What an application has, in an organization: each may stand in a workspace, and any in any.
fn application_types(kinds: &BTreeSet<String>) -> Map<String, Value> {
    let above: Vec<_> = ["Organization", "Workspace"]
        .map(str::to_owned)
        .into_iter()
        .chain(kinds.iter().map(|kind| format!("{APPLICATION}::{kind}")))
        .collect();
    kinds.iter().map(|kind| (kind.clone(), in_organization(&above))).collect()
}

/// What belongs to an organization, and what it may stand in.
fn in_organization(above: &[String]) -> Value {
    json!({"memberOfTypes": above, "shape": record(&json!({"organization": entity("Organization")}))})
}

fn own_types() -> Value {
    let belongs = json!({"organization": entity("Organization")});
    let acts = json!({
        "organization": entity("Organization"),
        "service_account": optional(entity("ServiceAccount")),
    });
    let in_groups = |attributes: &Value| json!({"memberOfTypes": ["Group"], "shape": record(attributes)});
    json!({
        "User": in_groups(&json!({"member": {"type": "Boolean"}})),
        "Group": in_groups(&belongs),
        "ServiceAccount": in_groups(&belongs),
        "ApiKey": in_groups(&acts),
        "Anonymous": {"shape": record(&json!({}))},
        "Organization": {
            "memberOfTypes": ["Organization"],
            "shape": record(&json!({"region": {"type": "String"}})),
        },
        "Workspace": in_organization(&["Organization".to_owned()]),
        "Texts": {"tags": {"type": "String"}},
        "Numbers": {"tags": {"type": "Long"}},
        "Flags": {"tags": {"type": "Boolean"}},
        "Lists": {"tags": {"type": "Set", "element": {"type": "String"}}},
    })
}

fn context() -> Value {
    record(&json!({
        "now": {"type": "Extension", "name": "datetime"},
        "ip": optional(json!({"type": "Extension", "name": "ipaddr"})),
        "text": entity("Texts"),
        "number": entity("Numbers"),
        "flag": entity("Flags"),
        "list": entity("Lists"),
    }))
}
