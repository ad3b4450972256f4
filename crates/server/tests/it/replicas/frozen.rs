//! A replica that stood still while something was revoked elsewhere: it has the old state in memory, questions in its
//! sockets and a connection to the database on which it was just about to ask.

use std::time::Duration;

use polity_testkit::{Actor, Answer, json, roles};
use tokio::time::sleep;

use super::house::House;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rac_09_a_replica_that_stood_still_while_something_was_revoked_does_not_allow_it_when_it_goes_on() {
    let Some(mut house) = House::start(2, &[]).await else { return };
    let nina = house.people(&["nina".to_owned()]).await.remove(0);
    house.start_all().await;
    let here = house.owner.clone();
    let there = &house.urls()[1];
    let acme = format!("/api/v1/organizations/{}", house.acme);
    let member = format!("{acme}/members/{}", nina.user_id);
    let add = json!({"user": nina.user_id, "roles": [roles::ADMIN]});
    here.post(&format!("{acme}/members"), add).await.ok(201);
    let child = here.post(&format!("{acme}/children"), json!({"title": "Sales"})).await.ok(201);
    let child = format!("/api/v1/organizations/{}", child["id"].as_str().unwrap());
    let keys = format!("{acme}/api-keys");
    let body = json!({"title": "Machine", "permissions": ["organizations.read"]});
    let key = here.post(&keys, body).await.ok(201);
    let machine = here.with(format!("Api-Key {}", key["secret"].as_str().unwrap())).at(there);
    let revoke = format!("{keys}/{}/revoke", key["id"].as_str().unwrap());
    let frozen = nina.at(there);

    // All of it is in the second replica's memory, and its connections are open.
    frozen.get(&keys).await.ok(200);
    frozen.get(&child).await.ok(200);
    machine.get(&acme).await.ok(200);

    let denied = |answer: Answer, status: u16| assert_eq!(answer.status, status, "{}", answer.text);
    let demote = here.patch(&member, json!({"roles": [roles::MEMBER]}));
    denied(while_frozen(&house, demote, &frozen, &keys).await, 403);
    let suspend = format!("{child}/suspend");
    let suspended = here.post(&suspend, json!({"reason": "a trial"}));
    denied(while_frozen(&house, suspended, &frozen, &child).await, 403);
    denied(while_frozen(&house, here.post(&revoke, json!({"reason": "LEAKED"})), &machine, &acme).await, 401);
    denied(while_frozen(&house, here.delete(&member), &frozen, &acme).await, 404);
    denied(
        while_frozen(&house, nina.post("/api/v1/auth/logout", json!({})), &frozen, "/api/v1/auth/me").await,
        401,
    );
    house.end().await;
}

/// Does something at the first replica while the second one stands still, and gives what that answers when it goes on to
/// whom asked it meanwhile.
async fn while_frozen(
    house: &House,
    revocation: impl Future<Output = Answer>,
    asker: &Actor,
    path: &str,
) -> Answer {
    house.freeze(1).await;
    let acknowledged = revocation.await;
    assert!(acknowledged.status < 300, "{}", acknowledged.text);
    let (asker, path) = (asker.clone(), path.to_owned());
    let answer = tokio::spawn(async move { asker.get(&path).await });
    sleep(Duration::from_millis(200)).await;
    assert!(!answer.is_finished(), "it stands still");
    house.thaw(1).await;
    answer.await.unwrap()
}
