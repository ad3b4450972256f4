//! Settings: what an organization sets, what it inherits, and who obeys.

mod inheriting;
mod obeying;

use polity_testkit::{Actor, Value, json};

use crate::rights::of;

/// Sets one key.
pub async fn set(actor: &Actor, organization: &str, key: &str, value: Value, mode: &str) -> Value {
    let body = json!({"settings": {key: {"value": value, "mode": mode}}});
    actor.patch(&of(organization, "settings"), body).await.ok(200)
}

/// What counts for a key: the value, and where it was set.
async fn effective(actor: &Actor, organization: &str, key: &str) -> (Value, Option<String>) {
    let all = actor.get(&of(organization, "settings/effective")).await.ok(200);
    let found = &all["settings"][key];
    (found["value"].clone(), found["source"].as_str().map(str::to_owned))
}

/// An organization's resource name.
fn name(organization: &str) -> String {
    format!("organizations/{organization}")
}
