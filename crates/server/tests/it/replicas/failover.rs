//! A standby takes over that lacked the last commits. What the replicas had of these in memory has never happened, and
//! must not be believed: a grant that was lost is no grant.

use std::time::Duration;

use polity_testkit::{json, roles};
use tokio::time::{Instant, sleep};

use super::house::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_grant_that_a_failover_has_lost_is_no_grant_though_every_replica_had_it_in_memory() {
    let settings = [("POLITY_ACCESS__MAX_STALENESS_SECONDS", "60")];
    let Some(mut house) = House::start(2, &settings).await else { return };
    let nina = house.people(&["nina".to_owned()]).await.remove(0);
    house.start_all().await;
    let acme = format!("/api/v1/organizations/{}", house.acme);
    let there = house.owner.at(&house.urls()[1]);
    let add = json!({"user": nina.user_id, "roles": [roles::MEMBER]});
    house.owner.post(&format!("{acme}/members"), add).await.ok(201);
    // So far the standby has come.
    tokio::task::block_in_place(|| {
        house.cluster.stop_in_order();
        house.cluster.back_up();
        house.cluster.serve();
    });
    let member = format!("{acme}/members/{}", nina.user_id);
    let granted = retried(async || house.owner.patch(&member, json!({"roles": [roles::ADMIN]})).await).await;
    granted.ok(200);
    let check = |consistency: &str| {
        json!({"principal": {"type": "user", "id": nina.user_id}, "permission": "api_keys.create",
            "consistency": consistency})
    };
    let path = format!("{acme}/access/check");
    for owner in [&house.owner, &there] {
        let answer = retried(async || owner.post(&path, check("FULL")).await).await;
        assert_eq!(answer.ok(200)["allowed"], true);
    }
    tokio::task::block_in_place(|| {
        house.cluster.stop_immediately();
        house.cluster.fail_over();
    });
    for owner in [&house.owner, &there] {
        let answer = retried(async || owner.post(&path, check("FULL")).await).await;
        assert_eq!(answer.ok(200)["allowed"], false, "the grant was lost, and with it the right");
        assert_eq!(owner.post(&path, check("MINIMIZE_LATENCY")).await.ok(200)["allowed"], false);
    }
    // The tree goes on from where the database is, at both.
    for (owner, title) in [(&there, "There"), (&house.owner, "Here")] {
        let written =
            retried(async || owner.post(&format!("{acme}/roles"), json!({"title": title})).await).await;
        written.ok(201);
    }
    house.end().await;
}

/// Asks until the replica has found its database again.
async fn retried(ask: impl AsyncFn() -> polity_testkit::Answer) -> polity_testkit::Answer {
    let begin = Instant::now();
    loop {
        let answer = ask().await;
        if answer.status != 503 {
            return answer;
        }
        assert!(begin.elapsed() < Duration::from_secs(30), "{}", answer.text);
        sleep(Duration::from_millis(50)).await;
    }
}
