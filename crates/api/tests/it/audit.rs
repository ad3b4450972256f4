//! The audit log: who did what, and proofs that nobody changed it since.

mod log;
mod proofs;

use std::fmt::Write as _;

use polity_testkit::{Actor, Value};

/// Where an organization's events are.
fn events(organization: &str) -> String {
    format!("/api/v1/organizations/{organization}/audit-events")
}

/// An organization's events, the newest first.
async fn all(actor: &Actor, organization: &str) -> Vec<Value> {
    actor.get(&events(organization)).await.ok(200)["audit_events"].as_array().unwrap().clone()
}

/// Events by a filter.
async fn filtered(actor: &Actor, organization: &str, filter: &str) -> Vec<Value> {
    let mut encoded = String::new();
    for byte in filter.bytes() {
        write!(encoded, "%{byte:02x}").unwrap();
    }
    let answer = actor.get(&format!("{}?filter={encoded}", events(organization))).await.ok(200);
    answer["audit_events"].as_array().unwrap().clone()
}
