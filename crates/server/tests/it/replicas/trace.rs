//! Thousands of writes and checks across three replicas, while replicas and the database are killed, restarted and
//! frozen.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use polity_testkit::{Actor, json, roles, seed};
use rand::SeedableRng;
use rand::rngs::StdRng;
use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep};

use super::house::House;
use super::worker::{Tally, Worker};

const WORKERS: usize = 6;
/// How many writes and checks are answered.
const ANSWERS: usize = 2_000;
/// Longer than all of it takes on a slow machine.
const ENOUGH: Duration = Duration::from_mins(5);

/// Waits until so many writes and checks were answered.
async fn answered(tally: &Tally, count: usize, workers: &[JoinHandle<()>]) {
    let begin = Instant::now();
    while tally.answers.load(Ordering::Relaxed) < count {
        assert!(workers.iter().all(|worker| !worker.is_finished()), "a worker found something wrong");
        assert!(begin.elapsed() < ENOUGH, "nobody answers");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rac_09_of_three_replicas_none_allows_what_was_revoked_whatever_happens_to_them() {
    let Some(mut house) = House::start(3, &[]).await else { return };
    let names: Vec<_> = (0..WORKERS).map(|number| format!("worker{number}")).collect();
    let people = house.people(&names).await;
    house.start_all().await;
    let (begin, tally, seed) = (Instant::now(), Arc::new(Tally::default()), seed());
    let mut workers = Vec::new();
    for (number, person) in people.into_iter().enumerate() {
        let worker = worker(&house, person, &names[number], seed + number as u64, &tally).await;
        workers.push(tokio::spawn(worker.run()));
    }
    answered(&tally, ANSWERS / 6, &workers).await;
    house.kill_and_restart(1).await;
    answered(&tally, 2 * ANSWERS / 6, &workers).await;
    house.crash_database();
    answered(&tally, 3 * ANSWERS / 6, &workers).await;
    for _ in 0..3 {
        house.freeze(2).await;
        sleep(Duration::from_millis(700)).await;
        house.thaw(2).await;
        let count = tally.answers.load(Ordering::Relaxed);
        answered(&tally, count + 30, &workers).await;
    }
    answered(&tally, 4 * ANSWERS / 6, &workers).await;
    // All at once: nobody is told that the database was away.
    house.freeze(2).await;
    house.crash_database();
    house.kill_and_restart(0).await;
    house.thaw(2).await;
    answered(&tally, ANSWERS, &workers).await;
    tally.enough.store(true, Ordering::Relaxed);
    for worker in workers {
        worker.await.expect("a worker found nothing wrong");
    }
    let count = |count: &std::sync::atomic::AtomicUsize| count.load(Ordering::Relaxed);
    eprintln!(
        "{} answers, {} revocations, {} tries without an answer, in {:?}",
        count(&tally.answers),
        count(&tally.revocations),
        count(&tally.unanswered),
        begin.elapsed()
    );
    assert!(count(&tally.revocations) > 100 && count(&tally.unanswered) > 0);
    house.end().await;
}

/// A worker with its person, who is a member, a child organization, and a group that holds the role Admin.
async fn worker(house: &House, person: Actor, name: &str, seed: u64, tally: &Arc<Tally>) -> Worker {
    let acme = format!("/api/v1/organizations/{}", house.acme);
    let owner = &house.owner;
    let add = json!({"user": person.user_id, "roles": [roles::MEMBER]});
    owner.post(&format!("{acme}/members"), add).await.ok(201);
    let child = owner.post(&format!("{acme}/children"), json!({"title": name})).await.ok(201);
    let group = owner.post(&format!("{acme}/groups"), json!({"title": name})).await.ok(201);
    let held = json!({"principal": {"type": "group", "id": group["id"]}, "role": roles::ADMIN});
    owner.post(&format!("{acme}/role-assignments"), held).await.ok(201);
    Worker {
        chance: StdRng::seed_from_u64(seed),
        urls: house.urls(),
        owner: owner.clone(),
        nobody: Actor::connect(&house.urls()[0]),
        child: format!("/api/v1/organizations/{}", child["id"].as_str().unwrap()),
        group: format!("{acme}/groups/{}", group["id"].as_str().unwrap()),
        acme,
        person,
        email: format!("{name}@example.com"),
        tally: tally.clone(),
    }
}
