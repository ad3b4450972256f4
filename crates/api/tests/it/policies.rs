//! What an organization forbids whatever roles allow.

mod enforcing;
mod explaining;
mod shadow;
mod writing;

use polity_testkit::{Actor, Value, json};

use crate::rights::{id, of};

/// Forbids one permission to everybody.
fn forbid(permission: &str) -> String {
    format!("forbid (principal, action == Action::\"{permission}\", resource);")
}

/// Makes a policy; its id.
async fn policy(actor: &Actor, organization: &str, mode: &str, text: &str) -> String {
    let body = json!({"title": "House rule", "mode": mode, "text": text});
    id(&actor.post(&of(organization, "policies"), body).await.ok(201))
}

async fn enforce(actor: &Actor, organization: &str, text: &str) -> String {
    policy(actor, organization, "ENFORCE", text).await
}

fn one(organization: &str, policy: &str) -> String {
    of(organization, &format!("policies/{policy}"))
}

fn question(whom: &Actor, permission: &str) -> Value {
    json!({"principal": {"type": "user", "id": whom.user_id}, "permission": permission})
}

async fn may(asker: &Actor, organization: &str, question: Value) -> bool {
    let answer = asker.post(&of(organization, "access/check"), question).await.ok(200);
    answer["allowed"].as_bool().expect("an answer")
}
