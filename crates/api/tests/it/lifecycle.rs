//! The life of an organization: what stands still, what comes back, what is gone for good. Each test is a column of
//! the table in `docs/lifecycle.md`, over everything that an organization can have.

mod breaking;
mod inside;
mod purging;
mod returning;
mod standing;

use polity_testkit::{Actor, Method, World, json, roles};

use crate::authorization::subjects;
use crate::cases::{Acme, Operation, Subject, operations};
use crate::rights::{id, permission};

/// A day, in seconds.
const DAY: i64 = 86_400;
/// For how long something deleted can be restored.
const RETENTION: i64 = 30 * DAY;

/// The path of an organization.
fn at(id: &str) -> String {
    format!("/api/v1/organizations/{id}")
}

/// Acme with one of everything that an organization can have.
struct Whole<'a> {
    acme: Acme<'a>,
    /// Every operation that is about an organization, with what it is about.
    operations: Vec<(Operation, Subject)>,
    /// A key that may do everything.
    key: Actor,
}

impl<'a> Whole<'a> {
    async fn found(world: &'a World) -> Self {
        let acme = Acme::found(world).await;
        let operations: Vec<_> = operations().into_iter().filter(Operation::is_of_an_organization).collect();
        let subjects = subjects(&acme, &operations).await;
        let operations: Vec<_> = operations.into_iter().zip(subjects).collect();
        permission(&acme.owner, &acme.id, "documents.read", "READ").await;
        let owner = &acme.owner;
        owner.patch(&acme.path("/preferences"), json!({"support_team_access": true})).await.ok(200);
        let setting = json!({"settings": {"organizations.children_allowed": {"value": true}}});
        owner.patch(&acme.path("/settings"), setting).await.ok(200);
        owner.patch(&acme.path("/limits"), json!({"limits": {"groups": 1000}})).await.ok(200);
        let used = json!({"events": [{"event_id": "1", "meter": "documents", "quantity": 1}]});
        owner.post(&acme.path("/consumption/record"), used).await.ok(200);
        let link = acme.make("/invite-links", json!({"max_uses": 1, "roles": [roles::MEMBER]})).await;
        let lena = world.person("lena").await;
        lena.post("/api/v1/invite-links/join", json!({"token": link["secret"]})).await.ok(200);
        let contacts = json!({"contacts": {"support": ["help@example.com"]}});
        owner.patch(&at(&acme.id), contacts).await.ok(200);
        let all: Vec<_> = polity_domain::permissions::CATALOGUE.iter().map(|entry| entry.name).collect();
        let body = json!({"title": "Master", "permissions": all, "descendants": true});
        let made = acme.make("/api-keys", body).await;
        let key = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        key.get(&at(&acme.id)).await.ok(200);
        write_facts(world).await;
        Self { acme, operations, key }
    }

    /// What an operation needed, as it was made for it.
    fn subject(&self, operation: &str) -> &Subject {
        let found = self.operations.iter().find(|(one, _)| one.case.operation == operation);
        &found.expect("an operation").1
    }

    /// Deletes it with all below it, and lets the time pass in which it could be restored.
    async fn outlive(&mut self) {
        let path = format!("{}?children=delete", at(&self.acme.id));
        assert_eq!(self.acme.owner.delete(&path).await.status, 204);
        self.acme.world.clock.advance(RETENTION);
        self.sign_in_again().await;
    }

    /// Sessions do not live as long as what was deleted can be restored.
    async fn sign_in_again(&mut self) {
        self.acme.owner = self.acme.world.sign_in("olga").await;
        self.acme.member = self.acme.world.sign_in("max").await;
        self.acme.other = self.acme.world.sign_in("otto").await;
    }
}

/// Writes down what was noted of requests, as the worker does.
async fn write_facts(world: &World) {
    polity_app::access_log::flush(&world.app).await.expect("the access log is written");
    polity_app::consumption::flush(&world.app).await.expect("consumption is written");
    polity_app::consumption::measure(&world.app).await.expect("consumption is measured");
    polity_app::policies::flush(&world.app).await.expect("what policies would have denied is written");
    polity_app::access::flush_uses(&world.app).await.expect("uses of permissions are written");
    world.app.store.note_key_uses(&world.app.key_uses.take()).await.expect("uses of keys are written");
}

/// Restores an organization.
async fn undelete(actor: &Actor, organization: &str) -> polity_testkit::Answer {
    actor.send(Method::POST, &format!("{}/undelete", at(organization)), None).await
}

/// The events of a kind in an organization's log, the newest first.
async fn events(actor: &Actor, organization: &str, kind: &str) -> Vec<polity_testkit::Value> {
    let path = format!("{}/audit-events?page_size=1000&filter=kind%3D{kind}", at(organization));
    actor.get(&path).await.ok(200)["audit_events"].as_array().expect("events").clone()
}

/// A deleted child of an organization, whose time is over.
async fn overdue_child(world: &World, owner: &Actor, parent: &str, title: &str) -> String {
    let child = id(&owner.post(&format!("{}/children", at(parent)), json!({"title": title})).await.ok(201));
    assert_eq!(owner.delete(&at(&child)).await.status, 204);
    world.clock.advance(RETENTION);
    child
}
