//! Groups: what they give, to whom, and who may put somebody in.

mod giving;
mod keeping;
mod making;

use polity_testkit::{Actor, Answer, Value, json};

use crate::rights::{id, of};

/// Makes a group, and gives its path.
pub async fn group(actor: &Actor, organization: &str, title: &str) -> String {
    let made = actor.post(&of(organization, "groups"), json!({"title": title})).await.ok(201);
    of(organization, &format!("groups/{}", id(&made)))
}

/// The id at the end of a path.
pub fn last(path: &str) -> &str {
    path.rsplit('/').next().expect("a path")
}

pub fn person(actor: &Actor) -> Value {
    json!({"principal": {"type": "user", "id": actor.user_id}})
}

pub fn inner(group: &str) -> Value {
    json!({"principal": {"type": "group", "id": last(group)}})
}

/// Puts somebody, or a group, into a group.
pub async fn put(actor: &Actor, group: &str, who: Value) -> Answer {
    actor.post(&format!("{group}/members"), who).await
}

/// Assigns a role to a group.
pub async fn give(actor: &Actor, organization: &str, group: &str, role: &str) -> Answer {
    let body = json!({"principal": {"type": "group", "id": last(group)}, "role": role});
    actor.post(&of(organization, "role-assignments"), body).await
}

/// Who is shown in a group.
pub async fn members(actor: &Actor, group: &str, query: &str) -> Vec<String> {
    let list = actor.get(&format!("{group}/members{query}")).await.ok(200);
    let ids = list["group_members"].as_array().expect("members").iter().map(id);
    let mut ids: Vec<_> = ids.collect();
    ids.sort();
    ids
}
