//! Organizations: the tree, who sees what of it, and what changes it.

mod changing;
mod creating;
mod deleting;
mod moving;
mod racing;
mod seeing;
mod stopping;

use polity_testkit::{Actor, Value, World, json};

/// The path of an organization.
fn at(id: &str) -> String {
    format!("/api/v1/organizations/{id}")
}

/// The path of something of an organization.
fn of(id: &str, what: &str) -> String {
    format!("/api/v1/organizations/{id}/{what}")
}

/// The id in a body.
fn id(body: &Value) -> String {
    body["id"].as_str().expect("an id").to_owned()
}

/// Makes a child, and gives its id.
async fn child(actor: &Actor, parent: &str, title: &str) -> String {
    id(&actor.post(&of(parent, "children"), json!({"title": title})).await.ok(201))
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

/// The tables say what the ledgers say, and the ledgers are whole.
async fn assert_sound(world: &World) {
    for tree in world.app.store.tree_ids().await.expect("the trees are listed") {
        let report = world.app.store.verify_tree(tree, |_| {}).await.expect("the tree is read");
        let report = report.expect("the tree is there");
        assert!(report.problems.is_empty(), "{tree}: {:#?}", report.problems);
    }
}
