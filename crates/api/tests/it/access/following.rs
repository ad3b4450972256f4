//! Following: what changes is told at once, to those who may know it, and to nobody longer than that.

use std::time::Duration;

use polity_domain::access::bundle::{Follower, Keys};
use polity_domain::ids::OrganizationId;
use polity_testkit::{Actor, Value, World, json, on_each, roles};
use tokio::time::{Instant, timeout};

use super::bundling::{allows, keys, load, user};
use crate::rights::{child, id, key, member, of};

/// How long anything may take to be told: heartbeats come every two seconds.
const PATIENCE: Duration = Duration::from_secs(10);

/// A stream of events as it comes.
struct Stream {
    response: reqwest::Response,
    read: String,
}

#[derive(Debug)]
struct Event {
    id: String,
    name: String,
    data: String,
}

impl Event {
    fn news(&self) -> Value {
        assert_eq!(self.name, "news", "{self:?}");
        serde_json::from_str(self.data.lines().next().unwrap()).unwrap()
    }
}

impl Stream {
    async fn open(actor: &Actor, organization: &str, query: &str) -> Self {
        let response = actor.stream(&of(organization, &format!("access/events{query}"))).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert_eq!(response.headers()["cache-control"], "no-store, private");
        Self { response, read: String::new() }
    }

    /// The next event; none at the end.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((event, rest)) = self.read.split_once("\n\n") {
                let (mut id, mut name, mut data) = (String::new(), String::new(), Vec::new());
                for line in event.lines() {
                    match line.split_once(": ").unwrap() {
                        ("id", value) => value.clone_into(&mut id),
                        ("event", value) => value.clone_into(&mut name),
                        ("data", value) => data.push(value.to_owned()),
                        other => panic!("{other:?}"),
                    }
                }
                self.read = rest.to_owned();
                return Some(Event { id, name, data: data.join("\n") });
            }
            let more = timeout(PATIENCE, self.response.chunk()).await.expect("something comes");
            self.read.push_str(std::str::from_utf8(&more.ok()??).unwrap());
        }
    }

    /// Follows until something holds; tells after how long.
    async fn until(
        &mut self,
        world: &World,
        keys: &Keys,
        follower: &mut Follower,
        holds: impl Fn(&Follower) -> bool,
    ) -> Duration {
        let begin = Instant::now();
        while !holds(follower) {
            assert!(begin.elapsed() < PATIENCE, "it is not told");
            let event = self.next().await.expect("it goes on");
            assert_eq!(event.name, "news", "{event:?}");
            follower.apply(&event.data, keys, world.app.clock.now()).unwrap();
        }
        begin.elapsed()
    }

    /// Whether the stream ends, whatever is told before.
    async fn ends(&mut self) {
        let begin = Instant::now();
        while self.next().await.is_some() {
            assert!(begin.elapsed() < PATIENCE, "it goes on");
        }
    }
}

#[tokio::test]
async fn what_changes_is_followed_at_once() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let (keys, mut follower) = (keys(world).await, load(world, &olga, &acme).await);
        let now = world.app.clock.now();
        let from = format!("?from_revision={}.{}", follower.tree_id(), follower.revision());
        let mut stream = Stream::open(&olga, &acme, &from).await;
        let may = |follower: &Follower| allows(follower, &user(&ada), "members.add", &north, now);
        assert!(may(&follower));
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        let took = stream.until(world, &keys, &mut follower, |follower| !may(follower)).await;
        assert!(took < Duration::from_secs(1), "{took:?}");
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::ADMIN]})).await.ok(200);
        stream.until(world, &keys, &mut follower, may).await;
        olga.delete(&member(&acme, &ada)).await;
        stream.until(world, &keys, &mut follower, |follower| !may(follower)).await;
        // Below, too: a new organization, a key there and its end.
        let south = child(&olga, &acme, "South").await;
        let (_, machine) = key(world, &olga, &south, &["members.read"]).await;
        let machine_id = machine.parse().unwrap();
        let covered = |follower: &Follower| {
            let at: OrganizationId = south.parse().unwrap();
            follower.snapshot().node(at).is_some()
                && allows(follower, &machine_id, "members.read", &south, now)
        };
        stream.until(world, &keys, &mut follower, covered).await;
        let body = json!({"reason": "LEAKED"});
        olga.post(&of(&south, &format!("api-keys/{machine}/revoke")), body).await.ok(200);
        stream.until(world, &keys, &mut follower, |follower| !covered(follower)).await;
        // And when nothing changes, it says so.
        world.clock.advance(30);
        let later = world.app.clock.now();
        stream.until(world, &keys, &mut follower, |follower| follower.as_of() == later).await;
    })
    .await;
}

#[tokio::test]
async fn ten_14_a_stream_ends_with_the_right_to_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let carrier = async |at: &str| {
            let (actor, id) = key(world, &olga, at, &["access.bundle"]).await;
            let mut stream = Stream::open(&actor, at, "").await;
            assert_eq!(stream.next().await.unwrap().name, "news");
            (stream, id)
        };
        let at_once = async |mut stream: Stream| {
            let begin = Instant::now();
            stream.ends().await;
            assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
        };
        // A revoked key, and one that lost the permission.
        let (stream, id) = carrier(&acme).await;
        let path = of(&acme, &format!("api-keys/{id}"));
        olga.post(&format!("{path}/revoke"), json!({"reason": "LEAKED"})).await.ok(200);
        at_once(stream).await;
        let (stream, id) = carrier(&acme).await;
        let path = of(&acme, &format!("api-keys/{id}"));
        olga.patch(&path, json!({"permissions": ["members.read"]})).await.ok(200);
        at_once(stream).await;
        // A suspended organization.
        let (stream, _) = carrier(&north).await;
        olga.post(&of(&north, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        at_once(stream).await;
        // A member who is one no longer, and an admin who is one no longer.
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let mut stream = Stream::open(&ada, &acme, "").await;
        stream.next().await.unwrap();
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        at_once(stream).await;
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::ADMIN]})).await.ok(200);
        let mut stream = Stream::open(&ada, &acme, "").await;
        stream.next().await.unwrap();
        olga.delete(&member(&acme, &ada)).await;
        at_once(stream).await;
        // A session that is over is no event of the ledger: it is noticed with the next heartbeat.
        let mut stream = Stream::open(&olga, &acme, "").await;
        stream.next().await.unwrap();
        assert_eq!(olga.post("/api/v1/auth/logout", json!({})).await.status, 204);
        stream.ends().await;
    })
    .await;
}

#[tokio::test]
async fn ten_15_what_happens_beside_it_is_told_to_nobody() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let south = child(&olga, &acme, "South").await;
        let nora = world.join(&olga, &north, "nora", roles::ADMIN).await;
        let follower = load(world, &nora, &north).await;
        let from = format!("?follow=false&from_revision={}.{}", follower.tree_id(), follower.revision());
        let sven = world.join(&olga, &south, "sven", roles::OWNER).await;
        let plain = world.join(&olga, &acme, "plain", roles::MEMBER).await;
        key(world, &sven, &south, &["members.read"]).await;
        olga.delete(&member(&acme, &plain)).await;
        let mut live = Stream::open(&nora, &north, "").await;
        live.next().await.unwrap();
        let again = world.join(&olga, &south, "susan", roles::ADMIN).await;
        olga.delete(&member(&south, &again)).await;
        // The first heartbeat after that.
        let news = live.next().await.unwrap().news();
        assert_eq!(news.get("facts"), None, "{news}");
        assert!(news["revision"].as_u64() > news["from"].as_u64());
        // Caught up with later, a plain member's leaving above cannot be told apart from an admin's: load anew.
        let mut late = Stream::open(&nora, &north, &from).await;
        let event = late.next().await.unwrap();
        assert_eq!((event.name.as_str(), event.data.as_str()), ("reload", "{}"));
        late.ends().await;
    })
    .await;
}

#[tokio::test]
async fn who_lost_the_connection_goes_on_where_they_were() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (keys, mut follower) = (keys(world).await, load(world, &olga, &acme).await);
        let mut stream = Stream::open(&olga, &acme, "").await;
        let id_of = stream.next().await.unwrap().id;
        assert_eq!(id_of, format!("{}.{}", follower.tree_id(), follower.revision()));
        drop(stream);
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::READER]})).await.ok(200);
        let now = world.app.clock.now();
        // The header goes before the parameter.
        let back = olga.header("last-event-id", &id_of);
        let mut stream = Stream::open(&back, &acme, &format!("?from_revision={acme}.1")).await;
        let reads = |follower: &Follower| allows(follower, &user(&ada), "audit.read", &acme, now);
        stream.until(world, &keys, &mut follower, reads).await;
        assert!(!allows(&follower, &user(&ada), "members.add", &acme, now));
        // What is no revision of this tree, or not yet, is where nobody can go on.
        let beta = id(&olga.post("/api/v1/organizations", json!({"title": "Beta"})).await.ok(201));
        for elsewhere in [format!("{beta}.1"), format!("{acme}.999999")] {
            let mut stream = Stream::open(&olga, &acme, &format!("?from_revision={elsewhere}")).await;
            assert_eq!(stream.next().await.unwrap().name, "reload");
            stream.ends().await;
        }
        let path = of(&acme, "access/events");
        olga.header("last-event-id", "yesterday").get(&path).await.problem(400, "invalid_header");
        olga.get(&format!("{path}?from_revision=7")).await.problem(400, "invalid_parameter");
        olga.get(&format!("{path}?until=tomorrow")).await.problem(400, "unknown_parameter");
    })
    .await;
}

#[tokio::test]
async fn what_moves_is_loaded_anew() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let mut stream = Stream::open(&olga, &acme, "").await;
        stream.next().await.unwrap();
        olga.patch(&format!("/api/v1/organizations/{north}"), json!({"inherits_roles": false})).await.ok(200);
        assert_eq!(stream.next().await.unwrap().name, "reload");
        stream.ends().await;
    })
    .await;
}

#[tokio::test]
async fn one_caller_has_so_many_streams_and_no_more() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut open = Vec::new();
        for _ in 0..16 {
            open.push(Stream::open(&olga, &acme, "").await);
        }
        let path = of(&acme, "access/events");
        let refused = olga.get(&path).await;
        assert!(!refused.header("retry-after").is_empty());
        refused.problem(429, "too_many_requests");
        let (other, _) = key(world, &olga, &acme, &["access.bundle"]).await;
        drop(Stream::open(&other, &acme, "").await);
        drop(open);
        let begin = Instant::now();
        while olga.stream(&path).await.status() != 200 {
            assert!(begin.elapsed() < PATIENCE, "places are given back");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    })
    .await;
}

#[tokio::test]
async fn what_another_replica_writes_is_told() {
    on_each(async |world| {
        let Some(replica) = world.replica().await else { return };
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let (keys, mut follower) = (keys(world).await, load(world, &olga, &acme).await);
        let mut stream = Stream::open(&olga, &acme, "").await;
        let elsewhere = olga.at(&replica);
        let now = world.app.clock.now();
        elsewhere.delete(&member(&acme, &ada)).await;
        let may = |follower: &Follower| allows(follower, &user(&ada), "members.add", &acme, now);
        let took = stream.until(world, &keys, &mut follower, |follower| !may(follower)).await;
        assert!(took < Duration::from_secs(10), "{took:?}");
        let (carrier, id) = key(world, &olga, &acme, &["access.bundle"]).await;
        let mut stream = Stream::open(&carrier, &acme, "").await;
        stream.next().await.unwrap();
        let path = of(&acme, &format!("api-keys/{id}/revoke"));
        elsewhere.post(&path, json!({"reason": "LEAKED"})).await.ok(200);
        let begin = Instant::now();
        stream.ends().await;
        assert!(begin.elapsed() < Duration::from_secs(10), "{:?}", begin.elapsed());
    })
    .await;
}
