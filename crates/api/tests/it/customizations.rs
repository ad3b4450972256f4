//! How an organization looks and what its mail says.

mod mails;
mod refusals;
mod versions;

use polity_testkit::{Actor, Answer, Method, Value};

use crate::rights::of;

/// Replaces an organization's customizations.
async fn put(actor: &Actor, organization: &str, body: Value) -> Answer {
    actor.send(Method::PUT, &of(organization, "customizations"), Some(body)).await
}

/// An organization's customizations.
async fn get(actor: &Actor, organization: &str) -> Value {
    actor.get(&of(organization, "customizations")).await.ok(200)
}
