//! The audit log: who did what, and proofs that nobody changed it since.

mod below;
mod exporting;
mod filters;
mod log;
pub mod proofs;
mod recording;

use polity_testkit::{Actor, Value};

use crate::rights::encoded;

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
    let path = format!("{}?filter={}", events(organization), encoded(filter));
    let answer = actor.get(&path).await.ok(200);
    answer["audit_events"].as_array().unwrap().clone()
}
