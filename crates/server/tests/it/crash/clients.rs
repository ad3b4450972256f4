//! Clients that change everything they can, until the service is gone.

use std::sync::atomic::{AtomicUsize, Ordering};

use polity_testkit::{Actor, Answer, Method, Value, json, roles};
use tokio::task::JoinHandle;

use super::promises::{Place as Spot, Promises, State};

/// Where the clients work.
pub struct Place {
    /// The owner of the tenant.
    pub owner: Actor,
    /// The tenant.
    pub organization: String,
    /// Whom to make members.
    pub people: Vec<String>,
}

/// A client with its own row of resources.
#[derive(Clone)]
struct Client {
    owner: Actor,
    /// `/api/v1/organizations/{id}`.
    tenant: String,
    people: Vec<String>,
    promises: Promises,
}

/// The service is gone: nothing is known of the last request.
struct Killed;

/// No two names are the same, in whatever round.
fn number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Starts them; each ends when the service is killed.
pub fn start(place: &Place, promises: &Promises) -> Vec<JoinHandle<()>> {
    let client = Client {
        owner: place.owner.clone(),
        tenant: format!("/api/v1/organizations/{}", place.organization),
        people: place.people.clone(),
        promises: promises.clone(),
    };
    vec![
        tokio::spawn(client.clone().tenants()),
        tokio::spawn(client.clone().children()),
        tokio::spawn(client.clone().invitations()),
        tokio::spawn(client.clone().keys()),
        tokio::spawn(client.clone().roles()),
        tokio::spawn(client.members()),
    ]
}

impl Client {
    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        status: u16,
    ) -> Result<Value, Killed> {
        let answer: Answer = self.owner.try_send(method, path, body).await.map_err(|_| Killed)?;
        Ok(answer.ok(status))
    }

    /// Changes something that is there, and holds the service to its answer.
    async fn change(
        &self,
        spot: &Spot,
        change: (Method, Option<Value>, u16),
        after: State,
    ) -> Result<Value, Killed> {
        self.change_by(&spot.path, spot, change, after).await
    }

    /// The same, where the request goes elsewhere than where its effect shows.
    async fn change_by(
        &self,
        path: &str,
        spot: &Spot,
        (method, body, status): (Method, Option<Value>, u16),
        after: State,
    ) -> Result<Value, Killed> {
        self.promises.attempt(spot, after.clone());
        let answer = self.send(method, path, body, status).await?;
        self.promises.acknowledge(spot, after);
        Ok(answer)
    }

    /// Makes something, whose place is known only afterwards.
    async fn create(
        &self,
        collection: &str,
        body: Value,
        shows: &'static str,
    ) -> Result<(Spot, Value), Killed> {
        let made = self.send(Method::POST, collection, Some(body), 201).await?;
        let spot = Spot::new(format!("{collection}/{}", made["id"].as_str().unwrap()));
        self.promises.acknowledge(&spot, State::Shows(shows, made.pointer(shows).unwrap().clone()));
        Ok((spot, made))
    }

    async fn tenants(self) {
        self.organizations("/api/v1/organizations".to_owned()).await.err();
    }

    async fn children(self) {
        self.organizations(format!("{}/children", self.tenant)).await.err();
    }

    async fn organizations(&self, collection: String) -> Result<(), Killed> {
        loop {
            let n = number();
            let made = self
                .send(Method::POST, &collection, Some(json!({"title": format!("Unit {n}")})), 201)
                .await?;
            let spot = Spot::new(format!("/api/v1/organizations/{}", made["id"].as_str().unwrap()));
            self.promises.acknowledge(&spot, State::Shows("/title", made["title"].clone()));
            if n.is_multiple_of(3) {
                let title = json!(format!("Renamed {n}"));
                let change = (Method::PATCH, Some(json!({"title": title})), 200);
                self.change(&spot, change, State::Shows("/title", title)).await?;
            }
        }
    }

    async fn invitations(self) {
        let work = async || -> Result<(), Killed> {
            loop {
                let n = number();
                let email = format!("invited{n}@example.com");
                let body = json!({"email": email, "roles": [roles::READER]});
                let (spot, _) = self.create(&format!("{}/invitations", self.tenant), body, "/state").await?;
                if n.is_multiple_of(2) {
                    let revoked = State::Shows("/state", json!("REVOKED"));
                    self.change(&spot, (Method::DELETE, None, 204), revoked).await?;
                }
            }
        };
        work().await.err();
    }

    async fn keys(self) {
        let work = async || -> Result<(), Killed> {
            loop {
                let n = number();
                let body = json!({"title": format!("Key {n}"), "permissions": ["organizations.read"]});
                let (spot, made) = self.create(&format!("{}/api-keys", self.tenant), body, "/state").await?;
                let authorization = Some(format!("Api-Key {}", made["secret"].as_str().unwrap()));
                let used = Spot { path: self.tenant.clone(), authorization };
                self.promises.acknowledge(&used, State::Shows("/title", json!("Acme")));
                if n.is_multiple_of(2) {
                    // Both what is shown of the key and what it opens.
                    self.promises.attempt(&used, State::Gone);
                    let revoke = (Method::POST, Some(json!({"reason": "LEAKED"})), 200);
                    let revoked = State::Shows("/state", json!("REVOKED"));
                    self.change_by(&format!("{}/revoke", spot.path), &spot, revoke, revoked).await?;
                    self.promises.acknowledge(&used, State::Gone);
                }
            }
        };
        work().await.err();
    }

    async fn roles(self) {
        let work = async || -> Result<(), Killed> {
            loop {
                let n = number();
                let body = json!({"title": format!("Role {n}"), "permissions": ["members.read"]});
                let (spot, _) = self.create(&format!("{}/roles", self.tenant), body, "/title").await?;
                match n % 3 {
                    0 => {
                        let title = json!(format!("Renamed role {n}"));
                        let change = (Method::PATCH, Some(json!({"title": title})), 200);
                        self.change(&spot, change, State::Shows("/title", title)).await?;
                    }
                    1 => drop(self.change(&spot, (Method::DELETE, None, 204), State::Gone).await?),
                    _ => {}
                }
            }
        };
        work().await.err();
    }

    /// Adds people, gives them other roles, removes them. After a kill it is not known where it stood.
    async fn members(self) {
        let members = format!("{}/members", self.tenant);
        let work = async || -> Result<(), Killed> {
            loop {
                for person in &self.people {
                    let spot = Spot::new(format!("{members}/{person}"));
                    let there =
                        self.owner.try_send(Method::GET, &spot.path, None).await.map_err(|_| Killed)?;
                    let title = json!(format!("Title {}", number()));
                    let shown = State::Shows("/title", title.clone());
                    if there.status == 404 {
                        let add = json!({"user": person, "roles": [roles::MEMBER], "title": title});
                        self.change_by(&members, &spot, (Method::POST, Some(add), 201), shown).await?;
                    } else if number().is_multiple_of(3) {
                        self.change(&spot, (Method::DELETE, None, 204), State::Gone).await?;
                    } else {
                        let role = [roles::READER, roles::ADMIN, roles::MEMBER][number() % 3];
                        let update = json!({"roles": [role], "title": title});
                        self.change(&spot, (Method::PATCH, Some(update), 200), shown).await?;
                    }
                }
            }
        };
        work().await.err();
    }
}
