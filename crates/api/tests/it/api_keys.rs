//! API keys: made, used, rotated, ended and verified.

mod grants;
mod life;
mod secrets;
mod verify;

use polity_testkit::{Actor, Value, World, json};

/// Where an organization's keys are.
fn keys(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}/api-keys")
}

/// Where one key is.
fn key(made: &Value) -> String {
    format!("/api/v1/{}", made["name"].as_str().unwrap())
}

/// Makes a key.
async fn make(maker: &Actor, organization: &str, permissions: &[&str]) -> Value {
    let body = json!({"title": "Nightly import", "permissions": permissions});
    maker.post(&keys(organization), body).await.ok(201)
}

/// Whoever holds a key that was just made.
fn holder(world: &World, made: &Value) -> Actor {
    world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())))
}
