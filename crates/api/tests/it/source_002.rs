//! Source document 002; each row of it as printed.

mod linked_accounts;
mod story;
mod user_actions;
mod user_actions_attacked;
mod user_actions_filtered;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use polity_testkit::{Actor, World, json};

use crate::rights::of;

/// A key of an organization that is shown as the document has it: Basic authentication.
async fn basic_key(
    world: &World,
    owner: &Actor,
    organization: &str,
    permissions: &[&str],
    descendants: bool,
) -> Actor {
    let key = json!({"title": "Management", "permissions": permissions, "descendants": descendants});
    let key = owner.post(&of(organization, "api-keys"), key).await.ok(201);
    let pair = format!("acme:{}", key["secret"].as_str().unwrap());
    world.with(Some(format!("Basic {}", STANDARD.encode(pair))))
}
