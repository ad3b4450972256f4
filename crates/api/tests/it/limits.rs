//! Limits: who sets them, what counts, and that nothing is made beyond them.

mod reaching;
mod setting;

use polity_testkit::{Actor, Answer, Value, json};

use crate::rights::of;

/// Sets limits.
pub async fn set(actor: &Actor, organization: &str, limits: Value) -> Answer {
    actor.patch(&of(organization, "limits"), json!({"limits": limits})).await
}

/// One limit as somebody sees it.
async fn limit(actor: &Actor, organization: &str, what: &str) -> Value {
    actor.get(&of(organization, "limits")).await.ok(200)["limits"][what].clone()
}
