//! Somebody who grants and revokes, each time at another replica, and asks them all after each answer.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use polity_testkit::{Actor, Answer, Method, PASSWORD, Value, json, roles};
use rand::RngExt;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use tokio::time::{Instant, sleep};

/// How long a replica may be away.
const PATIENCE: Duration = Duration::from_mins(1);

/// What all workers share.
#[derive(Default)]
pub struct Tally {
    /// Answers to writes and checks.
    pub answers: AtomicUsize,
    /// Revocations that were acknowledged.
    pub revocations: AtomicUsize,
    /// Tries that a replica or the database did not answer.
    pub unanswered: AtomicUsize,
    /// The workers are to end.
    pub enough: AtomicBool,
}

/// A worker. Nobody else touches its person, its organization and its keys, so it knows what holds.
pub struct Worker {
    pub chance: StdRng,
    pub urls: Vec<String>,
    pub owner: Actor,
    /// Without a credential.
    pub nobody: Actor,
    /// `/api/v1/organizations/{id}` of the tenant.
    pub acme: String,
    /// The person, who is a member with the role Admin.
    pub person: Actor,
    pub email: String,
    /// `/api/v1/organizations/{id}` of a child of the tenant's.
    pub child: String,
    /// A group of the tenant's that holds the role Admin.
    pub group: String,
    pub tally: Arc<Tally>,
}

impl Worker {
    /// Works until it is enough.
    pub async fn run(mut self) {
        while !self.tally.enough.load(Ordering::Relaxed) {
            match self.chance.random_range(0..6) {
                0 => self.role().await,
                1 => self.membership().await,
                2 => self.key().await,
                3 => self.suspension().await,
                4 => self.session().await,
                _ => self.group().await,
            }
        }
    }

    /// A role that is taken away.
    async fn role(&mut self) {
        let member = format!("{}/members/{}", self.acme, self.person.user_id);
        let keys = format!("{}/api-keys", self.acme);
        self.owners(Method::PATCH, &member, json!({"roles": [roles::ADMIN]}), &[200]).await;
        self.everywhere(|this| this.person.clone(), &keys, 200).await;
        self.owners(Method::PATCH, &member, json!({"roles": [roles::MEMBER]}), &[200]).await;
        self.revoked();
        self.everywhere(|this| this.person.clone(), &keys, 403).await;
        self.denied(&json!({"type": "user", "id": self.person.user_id}), "api_keys.read").await;
    }

    /// A member who is removed.
    async fn membership(&mut self) {
        let member = format!("{}/members/{}", self.acme, self.person.user_id);
        let acme = self.acme.clone();
        self.owners(Method::DELETE, &member, Value::Null, &[204, 404]).await;
        self.revoked();
        self.everywhere(|this| this.person.clone(), &acme, 404).await;
        self.denied(&json!({"type": "user", "id": self.person.user_id}), "members.read").await;
        let add = json!({"user": self.person.user_id, "roles": [roles::MEMBER]});
        self.owners(Method::POST, &format!("{acme}/members"), add, &[201, 409]).await;
        self.everywhere(|this| this.person.clone(), &acme, 200).await;
    }

    /// A key that is revoked.
    async fn key(&mut self) {
        let keys = format!("{}/api-keys", self.child);
        let body = json!({"title": "Machine", "permissions": ["organizations.read"]});
        let made = self.owners(Method::POST, &keys, body, &[201]).await.body;
        let secret = made["secret"].as_str().unwrap().to_owned();
        let child = self.child.clone();
        let machine = |this: &Self| this.owner.with(format!("Api-Key {secret}"));
        self.everywhere(machine, &child, 200).await;
        let revoke = format!("{keys}/{}/revoke", made["id"].as_str().unwrap());
        self.owners(Method::POST, &revoke, json!({"reason": "LEAKED"}), &[200, 409]).await;
        self.revoked();
        self.everywhere(machine, &child, 401).await;
        let verify = json!({"key": secret});
        let answer = self.owners(Method::POST, "/api/v1/api-keys/verify", verify, &[200]).await;
        assert_eq!(answer.body, json!({"valid": false}));
    }

    /// An organization that is suspended.
    async fn suspension(&mut self) {
        let child = self.child.clone();
        let ask = json!({"type": "user", "id": self.owner.user_id});
        self.owners(Method::POST, &format!("{child}/suspend"), json!({"reason": "a trial"}), &[200, 409])
            .await;
        self.revoked();
        self.everywhere(|this| this.owner.clone(), &format!("{child}/members"), 403).await;
        let check = json!({"principal": ask, "permission": "members.read",
            "resource": {"type": "organization", "id": child.rsplit('/').next().unwrap()}});
        self.checks(&check, false).await;
        self.owners(Method::POST, &format!("{child}/resume"), Value::Null, &[200, 409]).await;
        self.everywhere(|this| this.owner.clone(), &format!("{child}/members"), 200).await;
    }

    /// A session that its owner ends.
    async fn session(&mut self) {
        let body = json!({"email": self.email, "password": PASSWORD});
        let login = |this: &mut Self| this.nobody.at(this.urls.choose(&mut this.chance).unwrap());
        let begun = self.until(login, Method::POST, "/api/v1/auth/login", &body, &[200]).await;
        let guest = self.nobody.signed_in(&begun.body);
        self.everywhere(|_| guest.clone(), "/api/v1/auth/me", 200).await;
        let elsewhere = |this: &mut Self| guest.at(this.urls.choose(&mut this.chance).unwrap());
        self.until(elsewhere, Method::POST, "/api/v1/auth/logout", &json!({}), &[204, 401]).await;
        self.revoked();
        self.everywhere(|_| guest.clone(), "/api/v1/auth/me", 401).await;
    }

    /// A place in a group that is taken away.
    async fn group(&mut self) {
        let members = format!("{}/members", self.group);
        let principal = json!({"type": "user", "id": self.person.user_id});
        let keys = format!("{}/api-keys", self.acme);
        self.owners(Method::POST, &members, json!({"principal": principal}), &[201, 409]).await;
        self.everywhere(|this| this.person.clone(), &keys, 200).await;
        let place = format!("{members}/{}", self.person.user_id);
        self.owners(Method::DELETE, &place, Value::Null, &[204, 404]).await;
        self.revoked();
        self.everywhere(|this| this.person.clone(), &keys, 403).await;
        self.denied(&principal, "api_keys.read").await;
    }

    fn revoked(&self) {
        self.tally.revocations.fetch_add(1, Ordering::Relaxed);
    }

    /// The owner does something, wherever somebody answers.
    async fn owners(&mut self, method: Method, path: &str, body: Value, statuses: &[u16]) -> Answer {
        let owner = |this: &mut Self| this.owner.at(this.urls.choose(&mut this.chance).unwrap());
        self.until(owner, method, path, &body, statuses).await
    }

    /// What somebody reads at one replica or more, in any order, is answered so.
    async fn everywhere(&mut self, who: impl Fn(&Self) -> Actor, path: &str, status: u16) {
        for url in self.some() {
            let there = |this: &mut Self| who(this).at(&url);
            self.until(there, Method::GET, path, &Value::Null, &[status]).await;
        }
    }

    /// One replica or more say no.
    async fn denied(&mut self, principal: &Value, permission: &str) {
        self.checks(&json!({"principal": principal, "permission": permission}), false).await;
    }

    async fn checks(&mut self, question: &Value, allowed: bool) {
        let path = format!("{}/access/check", self.acme);
        for url in self.some() {
            let there = |this: &mut Self| this.owner.at(&url);
            let answer = self.until(there, Method::POST, &path, question, &[200]).await;
            assert_eq!(answer.body["allowed"], allowed, "{question}: {}", answer.text);
        }
    }

    fn some(&mut self) -> Vec<String> {
        let count = self.chance.random_range(1..=self.urls.len());
        self.urls.sample(&mut self.chance, count).cloned().collect()
    }

    /// Asks until somebody answers: a replica or the database may be away. What is answered must be one of these.
    /// No request is given up: one that is given up could still take effect after the next.
    async fn until(
        &mut self,
        who: impl Fn(&mut Self) -> Actor,
        method: Method,
        path: &str,
        body: &Value,
        statuses: &[u16],
    ) -> Answer {
        let begin = Instant::now();
        loop {
            let body = (!body.is_null()).then(|| body.clone());
            let asked = who(self).try_send(method.clone(), path, body).await;
            match asked {
                Ok(answer) if answer.status < 500 => {
                    assert!(
                        statuses.contains(&answer.status),
                        "{method} {path}: {} {}",
                        answer.status,
                        answer.text
                    );
                    self.tally.answers.fetch_add(1, Ordering::Relaxed);
                    return answer;
                }
                Ok(answer) => {
                    assert_eq!(answer.status, 503, "{method} {path}: {}", answer.text);
                    assert!(begin.elapsed() < PATIENCE, "{method} {path}: {}", answer.text);
                }
                Err(error) => assert!(begin.elapsed() < PATIENCE, "{path}: {error}"),
            }
            self.tally.unanswered.fetch_add(1, Ordering::Relaxed);
            sleep(Duration::from_millis(50)).await;
        }
    }
}
