//! Organizations: the tree, who sees what of it, and what changes it.

mod changing;
mod creating;
mod deleting;
mod moving;
mod racing;
mod seeing;
mod showing;
mod stopping;

use polity_testkit::{Actor, World, json};

use crate::rights::{id, of};

/// The path of an organization.
fn at(id: &str) -> String {
    format!("/api/v1/organizations/{id}")
}

/// Makes a tenant, and gives its id.
async fn tenant(actor: &Actor, title: &str) -> String {
    id(&actor.post("/api/v1/organizations", json!({"title": title})).await.ok(201))
}

/// Shuts a child off from the roles of its parent.
async fn shut_off(actor: &Actor, organization: &str) {
    actor.patch(&at(organization), json!({"inherits_roles": false})).await.ok(200);
}

/// A key of an organization.
async fn key(
    world: &World,
    actor: &Actor,
    organization: &str,
    permissions: &[&str],
    descendants: bool,
) -> Actor {
    let body = json!({"title": "key", "permissions": permissions, "descendants": descendants});
    let made = actor.post(&of(organization, "api-keys"), body).await.ok(201);
    world.with(Some(format!("Api-Key {}", made["secret"].as_str().expect("a secret"))))
}

/// The titles of a list.
async fn titles(actor: &Actor, path: &str) -> Vec<String> {
    let list = actor.get(path).await.ok(200);
    let all = list["organizations"].as_array().expect("a list").iter();
    let mut titles: Vec<_> = all.map(|one| one["title"].as_str().expect("a title").to_owned()).collect();
    titles.sort();
    titles
}
