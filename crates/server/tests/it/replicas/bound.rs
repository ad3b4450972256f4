//! The bound within which an answer may be old: what is answered while the database is away, and what never.

use std::time::Duration;

use polity_testkit::{Actor, Answer, Value, json, roles};
use tokio::time::{Instant, sleep};

use super::house::House;

/// Asks whether somebody may read the members.
async fn ask(asker: &Actor, acme: &str, about: &str, consistency: &str) -> Answer {
    let body = json!({"principal": {"type": "user", "id": about}, "permission": "members.read",
        "consistency": consistency});
    asker.post(&format!("/api/v1/organizations/{acme}/access/check"), body).await
}

fn staleness(answer: &Answer) -> Option<u64> {
    answer.header("polity-staleness").parse().ok()
}

/// Waits until an answer is so.
async fn eventually(what: &str, patience: Duration, mut so: impl AsyncFnMut() -> bool) -> Duration {
    let begin = Instant::now();
    while !so().await {
        assert!(begin.elapsed() < patience, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
    begin.elapsed()
}

/// A key of the tenant's that may ask about everybody.
async fn gateway(house: &House) -> (Value, String) {
    let keys = format!("/api/v1/organizations/{}/api-keys", house.acme);
    let body = json!({"title": "Gateway", "permissions": ["access.check", "organizations.read"]});
    let key = house.owner.post(&keys, body).await.ok(201);
    let authorization = format!("Api-Key {}", key["secret"].as_str().unwrap());
    (key, authorization)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_05_while_the_database_is_away_only_bounded_questions_are_answered_and_only_within_the_bound() {
    let bound = Duration::from_secs(4);
    let settings = [("POLITY_ACCESS__MAX_STALENESS_SECONDS", "4")];
    let Some(mut house) = House::start(1, &settings).await else { return };
    let (_, authorization) = gateway(&house).await;
    let (owner, acme) = (house.owner.clone(), house.acme.clone());
    let machine = owner.with(authorization);
    let stranger = owner.with("Api-Key pol_key_nonsense".to_owned());
    let organization = format!("/api/v1/organizations/{acme}");
    for asker in [&owner, &machine] {
        assert_eq!(ask(asker, &acme, &owner.user_id, "FULL").await.ok(200)["allowed"], true);
    }
    // The tree stays known within the bound, without anybody asking.
    sleep(bound).await;
    let known = ask(&machine, &acme, &owner.user_id, "MINIMIZE_LATENCY").await;
    assert!(staleness(&known).is_some(), "{:?}", known.headers);
    known.ok(200);
    // A session is asked for once within the bound.
    ask(&owner, &acme, &owner.user_id, "FULL").await.ok(200);
    let away = Instant::now();
    tokio::task::block_in_place(|| house.cluster.stop_immediately());
    for asker in [&owner, &machine] {
        let old = ask(asker, &acme, &owner.user_id, "MINIMIZE_LATENCY").await;
        assert!(staleness(&old).is_some_and(|age| age <= 4), "{}", old.text);
        assert_eq!(old.ok(200)["allowed"], true);
    }
    assert!(away.elapsed() < bound, "the machine is too slow for this test");
    let refused = |answer: Answer| {
        assert_eq!(answer.status, 503, "{}", answer.text);
        assert!(!answer.header("retry-after").is_empty());
    };
    refused(ask(&machine, &acme, &owner.user_id, "FULL").await);
    refused(machine.get(&organization).await);
    refused(owner.get(&organization).await);
    let denied = ask(&stranger, &acme, &owner.user_id, "MINIMIZE_LATENCY").await;
    assert_eq!(denied.status, 401, "{}", denied.text);
    sleep((bound + Duration::from_millis(100)).saturating_sub(away.elapsed())).await;
    for asker in [&owner, &machine] {
        refused(ask(asker, &acme, &owner.user_id, "MINIMIZE_LATENCY").await);
    }
    tokio::task::block_in_place(|| house.cluster.serve());
    eventually("it recovers", Duration::from_secs(30), async || {
        ask(&machine, &acme, &owner.user_id, "FULL").await.status == 200
    })
    .await;
    house.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn cra_05_without_a_bound_no_question_is_answered_while_the_database_is_away() {
    let Some(mut house) = House::start(1, &[]).await else { return };
    let (_, authorization) = gateway(&house).await;
    let machine = house.owner.with(authorization);
    let (acme, about) = (house.acme.clone(), house.owner.user_id.clone());
    ask(&machine, &acme, &about, "MINIMIZE_LATENCY").await.ok(200);
    tokio::task::block_in_place(|| house.cluster.stop_immediately());
    for consistency in ["MINIMIZE_LATENCY", "FULL"] {
        let answer = ask(&machine, &acme, &about, consistency).await;
        assert_eq!(answer.status, 503, "{}", answer.text);
        assert!(!answer.header("retry-after").is_empty());
    }
    tokio::task::block_in_place(|| house.cluster.serve());
    eventually("it recovers", Duration::from_secs(30), async || {
        ask(&machine, &acme, &about, "FULL").await.status == 200
    })
    .await;
    house.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_a_revocation_reach_a_replica_long_before_the_bound_is_over() {
    let settings = [("POLITY_ACCESS__MAX_STALENESS_SECONDS", "60")];
    let Some(mut house) = House::start(2, &settings).await else { return };
    let nina = house.people(&["nina".to_owned()]).await.remove(0);
    house.start_all().await;
    let (key, authorization) = gateway(&house).await;
    let (owner, acme) = (house.owner.clone(), house.acme.clone());
    let add = json!({"user": nina.user_id, "roles": [roles::MEMBER]});
    owner.post(&format!("/api/v1/organizations/{acme}/members"), add).await.ok(201);
    let there = owner.with(authorization).at(&house.urls()[1]);
    assert_eq!(ask(&there, &acme, &nina.user_id, "FULL").await.ok(200)["allowed"], true);
    let bounded = async || ask(&there, &acme, &nina.user_id, "MINIMIZE_LATENCY").await;
    let removed = owner.delete(&format!("/api/v1/organizations/{acme}/members/{}", nina.user_id)).await;
    assert_eq!(removed.status, 204);
    let until = eventually("the news come", Duration::from_secs(4), async || {
        let answer = bounded().await;
        assert!(staleness(&answer).is_some(), "the database was asked");
        answer.ok(200)["allowed"] == false
    })
    .await;
    let revoke = format!("/api/v1/organizations/{acme}/api-keys/{}/revoke", key["id"].as_str().unwrap());
    owner.post(&revoke, json!({"reason": "LEAKED"})).await.ok(200);
    let ended =
        eventually("the news come", Duration::from_secs(4), async || bounded().await.status == 401).await;
    eprintln!("a removed member was denied from memory after {until:?}, a revoked key after {ended:?}");
    house.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_that_stood_still_for_longer_than_the_bound_knows_nothing_when_it_goes_on() {
    let settings = [("POLITY_ACCESS__MAX_STALENESS_SECONDS", "1")];
    let Some(mut house) = House::start(2, &settings).await else { return };
    house.start_all().await;
    let (key, authorization) = gateway(&house).await;
    let (owner, acme) = (house.owner.clone(), house.acme.clone());
    let there = owner.with(authorization).at(&house.urls()[1]);
    ask(&there, &acme, &owner.user_id, "FULL").await.ok(200);
    let old = ask(&there, &acme, &owner.user_id, "MINIMIZE_LATENCY").await;
    assert!(staleness(&old).is_some(), "{}", old.text);
    let revoke = format!("/api/v1/organizations/{acme}/api-keys/{}/revoke", key["id"].as_str().unwrap());
    // One that is frozen while it writes down that the key was used holds what the revocation waits for.
    for again in (0..5).rev() {
        house.freeze(1).await;
        let answer = owner.post(&revoke, json!({"reason": "LEAKED"})).await;
        if answer.status == 200 {
            break;
        }
        answer.problem(503, "unavailable");
        assert!(again > 0, "it cannot be revoked");
        house.thaw(1).await;
        sleep(Duration::from_millis(200)).await;
    }
    let about = owner.user_id.clone();
    let asked = tokio::spawn(async move { ask(&there, &acme, &about, "MINIMIZE_LATENCY").await });
    sleep(Duration::from_millis(1_500)).await;
    house.thaw(1).await;
    asked.await.unwrap().problem(401, "unauthenticated");
    house.end().await;
}
