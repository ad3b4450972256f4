//! An organization with an account, and what was done there.

use polity_testkit::{Actor, Value, World, json, roles};

use super::basic_key;
use crate::rights::{child, encoded, of};

/// The document's own example of one.
pub const CLUSTER: &str = "2f02e54a-26cd-4929-a24f-c72922b763df";

/// What was done, and by whom.
pub struct Story {
    pub olga: Actor,
    pub ann: Actor,
    /// A key that reads the log, here and below.
    pub key: Actor,
    pub acme: String,
    pub production: String,
}

impl Story {
    /// At 12:00 Olga makes Acme, a key and the account Production, and Ann joins. At 13:00 Olga invites Bob into the
    /// account, and Ann's product records a cluster there. At 14:00 it looks at it.
    pub async fn tell(world: &World) -> Self {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let key = basic_key(world, &olga, &acme, &["audit.read"], true).await;
        let production = child(&olga, &acme, "Production").await;
        world.join(&olga, &acme, "ann", roles::ADMIN).await;
        world.clock.advance(3_600);
        let (ann, olga) = (world.sign_in("ann").await, world.sign_in("olga").await);
        world.invite(&olga, &production, "bob", roles::MEMBER).await;
        let story = Self { olga, ann, key, acme, production };
        story.record("1", "CREATE_CLUSTER", CLUSTER, "The Billing cluster was made, 100% by hand").await;
        world.clock.advance(3_600);
        let (ann, olga) = (world.sign_in("ann").await, world.sign_in("olga").await);
        let story = Self { olga, ann, ..story };
        story.record("2", "LIST_KAFKA_ACLS", "c-2", "Somebody looked at it").await;
        story
    }

    async fn record(&self, id: &str, action: &str, target: &str, description: &str) {
        let body = json!({
            "event_id": id, "action": action, "target": target, "description": description, "account": self.production,
        });
        self.ann.post(&of(&self.acme, "audit-events"), body).await.ok(201);
    }

    /// Where Acme's actions are.
    pub fn path(&self, query: &str) -> String {
        path(&self.acme, query)
    }

    /// The page that the key gets.
    pub async fn page(&self, query: &str) -> Value {
        page(&self.key, &self.acme, query).await
    }

    /// The actions that the key gets, all of them, the newest first.
    pub async fn actions(&self, query: &str) -> Vec<String> {
        actions(&self.page(&format!("pageSize=1000&{query}")).await)
    }

    /// The actions that the key gets with one parameter.
    pub async fn by(&self, parameter: &str, value: &str) -> Vec<String> {
        self.actions(&format!("{parameter}={}", encoded(value))).await
    }
}

/// Where an organization's actions are.
pub fn path(organization: &str, query: &str) -> String {
    format!("/v1/organisations/{organization}/user-actions?{query}")
}

/// The one page of an answer.
pub async fn page(actor: &Actor, organization: &str, query: &str) -> Value {
    let answer = actor.get(&path(organization, query)).await.ok(200);
    let pages = answer.as_array().unwrap();
    assert_eq!(pages.len(), 1, "{answer}");
    pages[0].clone()
}

/// The actions of a page.
pub fn actions(page: &Value) -> Vec<String> {
    let records = page["resources"].as_array().unwrap().iter();
    records.map(|record| record["action"].as_str().unwrap().to_owned()).collect()
}
