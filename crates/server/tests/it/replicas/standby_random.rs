//! Random writes and reads at two replicas that read from a standby, while it stands still now and then: each read shows
//! every write that was acknowledged before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use polity_testkit::{Actor, Answer, Method, Value, json, seed};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use sea_orm::{ConnectionTrait, DatabaseConnection};
use tokio::time::{Instant, sleep};

use super::standby::{connect, house, scans};

const CLIENTS: u64 = 4;
const STEPS: usize = 120;
const PATIENCE: Duration = Duration::from_mins(1);

/// Somebody who keeps groups in an organization where nobody else does.
struct Client {
    chance: StdRng,
    owner: Actor,
    urls: Vec<String>,
    /// `/api/v1/organizations/{id}/groups`.
    groups: String,
    /// Id and title of each group, as far as it was acknowledged.
    known: Vec<(String, String)>,
    reads: Arc<AtomicUsize>,
}

impl Client {
    async fn run(mut self) {
        for step in 0..STEPS {
            match self.chance.random_range(0..10) {
                0..=2 => self.create(step).await,
                3 => self.rename(step).await,
                4 => self.delete().await,
                5..=6 => self.detail().await,
                _ => self.list().await,
            }
            // The next may come at once, or when the standby has caught up.
            if self.chance.random_range(0..3) == 0 {
                sleep(Duration::from_millis(self.chance.random_range(0..20))).await;
            }
        }
        self.list().await;
    }

    async fn create(&mut self, step: usize) {
        let (path, title) = (self.groups.clone(), format!("Group {step}"));
        let made = self.send(Method::POST, &path, json!({"title": title})).await.ok(201);
        self.known.push((made["id"].as_str().unwrap().to_owned(), title));
        self.list().await;
    }

    async fn rename(&mut self, step: usize) {
        let Some((id, _)) = self.known.choose(&mut self.chance).cloned() else { return };
        let title = format!("Renamed {step}");
        self.send(Method::PATCH, &format!("{}/{id}", self.groups), json!({"title": title})).await.ok(200);
        self.known.iter_mut().find(|known| known.0 == id).unwrap().1 = title;
        self.list().await;
    }

    async fn delete(&mut self) {
        let Some((id, _)) = self.known.choose(&mut self.chance).cloned() else { return };
        let path = format!("{}/{id}", self.groups);
        assert_eq!(self.send(Method::DELETE, &path, Value::Null).await.status, 204);
        self.known.retain(|known| known.0 != id);
        self.send(Method::GET, &path, Value::Null).await.problem(404, "not_found");
    }

    async fn detail(&mut self) {
        let Some((id, title)) = self.known.choose(&mut self.chance).cloned() else { return };
        let shown = self.send(Method::GET, &format!("{}/{id}", self.groups), Value::Null).await.ok(200);
        assert_eq!(shown["title"], title.as_str());
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    async fn list(&mut self) {
        let path = format!("{}?page_size=500", self.groups);
        let page = self.send(Method::GET, &path, Value::Null).await.ok(200);
        let text = |group: &Value, field: &str| group[field].as_str().unwrap().to_owned();
        let shown = page["groups"].as_array().unwrap().iter();
        let mut shown: Vec<_> = shown.map(|group| (text(group, "id"), text(group, "title"))).collect();
        let mut known = self.known.clone();
        shown.sort();
        known.sort();
        assert_eq!(shown, known);
        self.reads.fetch_add(1, Ordering::Relaxed);
    }

    /// At any replica, until it answers: a standby that is lost in the middle may cost one try.
    async fn send(&mut self, method: Method, path: &str, body: Value) -> Answer {
        let begin = Instant::now();
        loop {
            let there = self.owner.at(self.urls.choose(&mut self.chance).unwrap());
            let body = (!body.is_null()).then(|| body.clone());
            let answer = there.send(method.clone(), path, body).await;
            if answer.status != 503 {
                return answer;
            }
            assert_eq!(answer.body["code"], "busy", "nothing is away: {}", answer.text);
            assert!(begin.elapsed() < PATIENCE, "{}", answer.text);
        }
    }
}

/// Lets the standby stand still and go on, until it is enough.
async fn disturb(standby: DatabaseConnection, mut chance: StdRng, enough: Arc<AtomicBool>) {
    while !enough.load(Ordering::Relaxed) {
        standby.execute_unprepared("SELECT pg_wal_replay_pause()").await.unwrap();
        sleep(Duration::from_millis(chance.random_range(0..150))).await;
        standby.execute_unprepared("SELECT pg_wal_replay_resume()").await.unwrap();
        sleep(Duration::from_millis(chance.random_range(0..400))).await;
    }
    standby.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_of_hundreds_of_random_reads_shows_every_write_that_was_acknowledged_before_it() {
    let Some((mut house, standby)) = house(2).await else { return };
    house.start_all().await;
    let (seed, enough, reads) = (seed(), Arc::new(AtomicBool::default()), Arc::new(AtomicUsize::default()));
    let there = connect(&standby).await;
    let before = scans(&there).await;
    let disturbing = disturb(connect(&standby).await, StdRng::seed_from_u64(seed), enough.clone());
    let disturbing = tokio::spawn(disturbing);
    let mut clients = Vec::new();
    for number in 0..CLIENTS {
        let children = format!("/api/v1/organizations/{}/children", house.acme);
        let child = house.owner.post(&children, json!({"title": format!("Child {number}")})).await.ok(201);
        let client = Client {
            chance: StdRng::seed_from_u64(seed + 1 + number),
            owner: house.owner.clone(),
            urls: house.urls(),
            groups: format!("/api/v1/organizations/{}/groups", child["id"].as_str().unwrap()),
            known: Vec::new(),
            reads: reads.clone(),
        };
        clients.push(tokio::spawn(client.run()));
    }
    for client in clients {
        client.await.expect("a client found nothing wrong");
    }
    enough.store(true, Ordering::Relaxed);
    disturbing.await.unwrap();
    let (reads, from_there) = (reads.load(Ordering::Relaxed), scans(&there).await - before);
    eprintln!("{reads} reads, {from_there} scans at the standby");
    assert!(reads > 200);
    assert!(from_there > 10, "the standby had no part in it");
    there.close().await.unwrap();
    house.end().await;
}
