//! The world that the cases play in.

use std::collections::BTreeMap;

use polity_testkit::{Actor, Value, World, json, roles};

/// Acme, its people, and those who have nothing to do with it.
pub struct Acme<'a> {
    /// Everything around it.
    pub world: &'a World,
    /// The tenant's id.
    pub id: String,
    /// Its owner.
    pub owner: Actor,
    /// A member with the role Member and nothing else.
    pub member: Actor,
    /// Somebody who signed in and has no relation to any organization.
    pub stranger: Actor,
    /// The owner of another tenant.
    pub other: Actor,
    /// That tenant's id.
    pub beta: String,
}

impl<'a> Acme<'a> {
    /// Founds it.
    pub async fn found(world: &'a World) -> Self {
        let (owner, id) = world.tenant("Acme", "olga").await;
        let member = world.join(&owner, &id, "max", roles::MEMBER).await;
        let stranger = world.person("eve").await;
        let (other, beta) = world.tenant("Beta", "otto").await;
        Self { world, id, owner, member, stranger, other, beta }
    }

    /// A path of Acme's.
    pub fn path(&self, rest: &str) -> String {
        format!("/api/v1/organizations/{}{rest}", self.id)
    }

    /// Makes something of Acme's.
    pub async fn make(&self, rest: &str, body: Value) -> Value {
        self.owner.post(&self.path(rest), body).await.ok(201)
    }

    /// A child of Acme's.
    pub async fn child(&self, title: &str) -> String {
        id_of(&self.make("/children", json!({"title": title})).await)
    }
}

/// The id of what was made.
pub fn id_of(made: &Value) -> String {
    made["id"].as_str().expect("an id").to_owned()
}

/// The revision of every ledger: nothing has changed as long as they stand still.
pub async fn revisions(world: &World) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for tree in world.app.store.tree_ids().await.unwrap() {
        let snapshot = world.app.store.snapshot(tree).await.unwrap();
        found.insert(tree.to_string(), snapshot.map_or(0, |snapshot| snapshot.revision()));
    }
    found
}

/// Fails the test if any ledger has moved.
pub async fn assert_unmoved(world: &World, before: &BTreeMap<String, u64>, what: &str) {
    assert_eq!(&revisions(world).await, before, "{what}");
}
