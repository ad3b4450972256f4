//! Applications' resources: what stands below what, and who may do what on them.

mod guarding;
mod inheriting;
mod placing;
mod racing;

use polity_testkit::{Actor, Answer, Method, Value, World, json, roles};

use crate::rights::{encoded, id, of, permission, role};

/// The path of one resource; its id is percent-encoded whole.
pub fn resource_path(organization: &str, kind: &str, id: &str) -> String {
    of(organization, &format!("resources/{kind}/{}", encoded(id)))
}

/// What a resource stands below.
pub fn parent(kind: &str, id: &str) -> Value {
    json!({"parent": {"type": kind, "id": id}})
}

pub async fn put(actor: &Actor, organization: &str, kind: &str, id: &str, body: Value) -> Answer {
    actor.send(Method::PUT, &resource_path(organization, kind, id), Some(body)).await
}

/// A tenant whose workspace has the project Apollo, and that the document 1.
pub struct Desk {
    pub owner: Actor,
    pub organization: String,
    pub workspace: String,
    /// A role that reads and writes documents.
    pub writer: String,
}

impl Desk {
    pub async fn found(world: &World) -> Self {
        let (owner, organization) = world.tenant("Acme", "olga").await;
        for (name, danger) in
            [("documents.read", "READ"), ("documents.write", "WRITE"), ("projects.read", "READ")]
        {
            permission(&owner, &organization, name, danger).await;
        }
        let writer = role(&owner, &organization, "Writer", &["documents.read", "documents.write"]).await;
        let made = owner.post(&of(&organization, "workspaces"), json!({"title": "Research"})).await.ok(201);
        let desk = Self { owner, organization, workspace: id(&made), writer };
        desk.put("projects", "apollo", parent("workspace", &desk.workspace)).await.ok(201);
        desk.put("documents", "1", parent("projects", "apollo")).await.ok(201);
        desk
    }

    pub fn path(&self, kind: &str, id: &str) -> String {
        resource_path(&self.organization, kind, id)
    }

    pub async fn put(&self, kind: &str, id: &str, body: Value) -> Answer {
        put(&self.owner, &self.organization, kind, id, body).await
    }

    /// A person who is a member and holds nothing but a role on one resource.
    pub async fn with_role(&self, world: &World, name: &str, role: &str, kind: &str, id: &str) -> Actor {
        let person = world.join(&self.owner, &self.organization, name, roles::BILLING).await;
        self.assign(&person, role, kind, id).await;
        person
    }

    pub async fn assign(&self, person: &Actor, role: &str, kind: &str, id: &str) {
        let body = json!({"principal": {"type": "user", "id": person.user_id}, "role": role,
            "resource": {"type": kind, "id": id}});
        self.owner.post(&of(&self.organization, "role-assignments"), body).await.ok(201);
    }

    /// Whether somebody may do something on a resource.
    pub async fn may(&self, person: &Actor, permission: &str, kind: &str, id: &str) -> bool {
        let answer = self.ask(person, "check", permission, kind, id).await;
        answer["allowed"].as_bool().expect("a decision")
    }

    pub async fn ask(&self, person: &Actor, what: &str, permission: &str, kind: &str, id: &str) -> Value {
        let body = json!({"principal": {"type": "user", "id": person.user_id}, "permission": permission,
            "resource": {"type": kind, "id": id}});
        self.owner.post(&of(&self.organization, &format!("access/{what}")), body).await.ok(200)
    }

    /// The documents that `access/list-resources` names.
    pub async fn documents(&self, person: &Actor, permission: &str) -> Vec<String> {
        let body = json!({"principal": {"type": "user", "id": person.user_id}, "permission": permission,
            "resource_type": "documents"});
        let page = self.owner.post(&of(&self.organization, "access/list-resources"), body).await.ok(200);
        let named = page["resources"].as_array().expect("resources").iter();
        named.map(|one| one["resource"]["id"].as_str().unwrap_or("*").to_owned()).collect()
    }
}
