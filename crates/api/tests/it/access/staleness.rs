//! Answers from memory, within the bound that the configuration sets: what may be old, and what never.

use polity_testkit::{Actor, Answer, Engine, Value, World, json, on_each_with, roles};

/// A tenant with somebody who reads, a key of its own, and both at a second replica, which has them in memory.
struct Place {
    owner: Actor,
    acme: String,
    /// Nina, at the second replica.
    nina: Actor,
    /// `/api/v1/organizations/{id}/members/{id}` of hers.
    membership: String,
    /// Whoever shows the key, at the second replica.
    machine: Actor,
    secret: String,
    key_id: String,
}

async fn place(world: &World) -> Option<Place> {
    if world.engine != Engine::Postgres {
        return None;
    }
    let (owner, acme) = world.tenant("Acme", "olga").await;
    let nina = world.join(&owner, &acme, "nina", roles::READER).await;
    let membership = format!("/api/v1/organizations/{acme}/members/{}", nina.user_id);
    let permissions = ["members.read", "access.check", "api_keys.verify"];
    let body = json!({"title": "Gateway", "permissions": permissions});
    let key = owner.post(&format!("/api/v1/organizations/{acme}/api-keys"), body).await.ok(201);
    let secret = key["secret"].as_str().unwrap().to_owned();
    let there = world.replica().await.unwrap();
    let place = Place {
        nina: nina.at(&there),
        machine: world.with(Some(format!("Api-Key {secret}"))).at(&there),
        key_id: key["id"].as_str().unwrap().to_owned(),
        owner,
        acme,
        membership,
        secret,
    };
    // From now on the second replica has all of it in memory.
    assert_eq!(staleness(&place.full(&place.nina).await), None);
    assert_eq!(staleness(&place.full(&place.machine).await), None);
    Some(place)
}

impl Place {
    async fn ask(&self, asker: &Actor, more: Value) -> Answer {
        let mut body =
            json!({"principal": {"type": "user", "id": self.nina.user_id}, "permission": "members.read"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        asker.post(&format!("/api/v1/organizations/{}/access/check", self.acme), body).await
    }

    async fn full(&self, asker: &Actor) -> Answer {
        self.ask(asker, json!({"consistency": "FULL"})).await
    }

    async fn bounded(&self, asker: &Actor) -> Answer {
        self.ask(asker, json!({"consistency": "MINIMIZE_LATENCY"})).await
    }

    async fn remove(&self) -> String {
        let removed = self.owner.delete(&self.membership).await;
        assert_eq!(removed.status, 204);
        removed.header("polity-revision").to_owned()
    }

    async fn revoke(&self) {
        let path = format!("/api/v1/organizations/{}/api-keys/{}/revoke", self.acme, self.key_id);
        self.owner.post(&path, json!({"reason": "LEAKED"})).await.ok(200);
    }
}

/// What `Polity-Staleness` says.
fn staleness(answer: &Answer) -> Option<u64> {
    let said = answer.header("polity-staleness");
    (!said.is_empty()).then(|| said.parse().unwrap())
}

#[track_caller]
fn allowed(answer: Answer) -> bool {
    answer.ok(200)["allowed"].as_bool().unwrap()
}

/// Runs a test with a bound of a minute, which no test outlasts.
async fn with_a_bound(test: impl AsyncFn(&World, Place)) {
    on_each_with(
        |settings| settings.max_staleness_seconds = 60,
        async |world| {
            if let Some(place) = place(world).await {
                test(world, place).await;
            }
        },
    )
    .await;
}

#[tokio::test]
async fn an_answer_from_memory_says_how_old_it_may_be_and_asks_no_database() {
    with_a_bound(async |_, place| {
        for asker in [&place.nina, &place.machine] {
            let answer = place.bounded(asker).await;
            assert!(staleness(&answer).is_some_and(|age| age <= 60), "{:?}", answer.headers);
            assert!(allowed(answer));
        }
        place.remove().await;
        // Nobody told the second replica, and nobody asked the database: that is what the bound allows.
        let old = place.bounded(&place.machine).await;
        assert!(staleness(&old).is_some());
        assert!(allowed(old));
        let new = place.full(&place.machine).await;
        assert_eq!(staleness(&new), None);
        assert!(!allowed(new));
        // What was read for one is there for all.
        assert!(!allowed(place.bounded(&place.machine).await));
    })
    .await;
}

#[tokio::test]
async fn where_nothing_is_said_of_consistency_the_answer_is_the_newest() {
    with_a_bound(async |_, place| {
        place.remove().await;
        let answer = place.ask(&place.machine, json!({})).await;
        assert_eq!(staleness(&answer), None);
        assert!(!allowed(answer));
    })
    .await;
}

#[tokio::test]
async fn without_a_bound_every_answer_is_the_newest_and_every_credential_is_asked_for() {
    on_each_with(
        |_| {},
        async |world| {
            let Some(place) = place(world).await else { return };
            let token = place.remove().await;
            for more in [json!({"consistency": "MINIMIZE_LATENCY"}), json!({"at_least_revision": token})] {
                let answer = place.ask(&place.machine, more).await;
                assert_eq!(staleness(&answer), None);
                assert!(!allowed(answer));
            }
            place.bounded(&place.nina).await.problem(404, "not_found");
            place.revoke().await;
            place.bounded(&place.machine).await.problem(401, "unauthenticated");
        },
    )
    .await;
}

#[tokio::test]
async fn with_one_s_own_write_s_revision_the_answer_is_never_older() {
    with_a_bound(async |_, place| {
        let before = place.full(&place.machine).await.ok(200)["revision"].as_str().unwrap().to_owned();
        let reached = place.ask(&place.machine, json!({"at_least_revision": before})).await;
        assert!(staleness(&reached).is_some(), "what memory has reached, it answers");
        assert!(allowed(reached));
        let after = place.remove().await;
        // The credential is from memory, the answer is not.
        assert!(!allowed(place.ask(&place.machine, json!({"at_least_revision": after})).await));
        let (tree, number) = after.split_once('.').unwrap();
        let beyond = format!("{tree}.{}", number.parse::<u64>().unwrap() + 1);
        let refused = place.ask(&place.machine, json!({"at_least_revision": beyond})).await;
        refused.problem(409, "revision_not_reached");
    })
    .await;
}

#[tokio::test]
async fn rac_09_a_revoked_key_opens_nothing_but_bounded_questions_and_these_no_longer_than_the_bound() {
    with_a_bound(async |_, place| {
        place.revoke().await;
        assert!(allowed(place.bounded(&place.machine).await), "the bound allows it");
        place.full(&place.machine).await.problem(401, "unauthenticated");
        // The first that was asked of the database has ended it here for all.
        place.bounded(&place.machine).await.problem(401, "unauthenticated");
    })
    .await;
    with_a_bound(async |_, place| {
        place.revoke().await;
        // Each of these asks the database at once, whatever memory says of the key.
        let organization = format!("/api/v1/organizations/{}", place.acme);
        place.machine.get(&organization).await.problem(401, "unauthenticated");
    })
    .await;
    with_a_bound(async |_, place| {
        let now = place.full(&place.machine).await.ok(200)["revision"].clone();
        place.revoke().await;
        let past = json!({"at_revision": now, "consistency": "MINIMIZE_LATENCY"});
        place.ask(&place.machine, past).await.problem(401, "unauthenticated");
    })
    .await;
    with_a_bound(async |_, place| {
        place.revoke().await;
        let path = format!("/api/v1/organizations/{}/access/list-permissions", place.acme);
        let body = json!({"principal": {"type": "user", "id": place.nina.user_id}, "consistency": "MINIMIZE_LATENCY"});
        place.machine.post(&path, body).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn ses_04_a_session_that_was_ended_elsewhere_opens_nothing_but_bounded_questions() {
    with_a_bound(async |world, place| {
        let here = place.nina.at(world.base_url());
        assert!(here.post("/api/v1/auth/logout", json!({})).await.status < 300);
        assert!(allowed(place.bounded(&place.nina).await), "the bound allows it");
        place.full(&place.nina).await.problem(401, "unauthenticated");
        place.nina.get("/api/v1/auth/me").await.problem(401, "unauthenticated");
        // Where it was ended it is ended for bounded questions, too.
        place.bounded(&here).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn one_question_that_wants_the_newest_answer_has_all_of_its_batch_answered_so() {
    with_a_bound(async |_, place| {
        let path = format!("/api/v1/organizations/{}/access/batch-check", place.acme);
        let principal = json!({"type": "user", "id": place.nina.user_id});
        let check = json!({"principal": principal, "permission": "members.read"});
        let mut newest = check.clone();
        newest["consistency"] = json!("FULL");
        let all = json!({"checks": [check, check], "consistency": "MINIMIZE_LATENCY"});
        let mixed = json!({"checks": [check, newest], "consistency": "MINIMIZE_LATENCY"});
        place.remove().await;
        let old = place.machine.post(&path, all).await;
        assert!(staleness(&old).is_some());
        assert_eq!(old.ok(200)["results"][0]["allowed"], true);
        let new = place.machine.post(&path, mixed).await;
        assert_eq!(staleness(&new), None);
        assert_eq!(new.ok(200)["results"], json!([{"allowed": false}, {"allowed": false}]));
    })
    .await;
}

#[tokio::test]
async fn a_key_is_verified_from_memory_only_where_the_product_says_so() {
    with_a_bound(async |_, place| {
        let path = format!("/api/v1/organizations/{}/api-keys", place.acme);
        let body = json!({"title": "Customer", "permissions": ["members.read"]});
        let customer = place.owner.post(&path, body).await.ok(201);
        let secret = customer["secret"].as_str().unwrap();
        let verify = async |more: Value| {
            let mut body = json!({"key": secret});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            place.machine.post("/api/v1/api-keys/verify", body).await
        };
        // A key that memory does not know yet is asked for.
        assert_eq!(verify(json!({"consistency": "MINIMIZE_LATENCY"})).await.ok(200)["valid"], true);
        let revoke = format!("{path}/{}/revoke", customer["id"].as_str().unwrap());
        place.owner.post(&revoke, json!({"reason": "LEAKED"})).await.ok(200);
        let old = verify(json!({"consistency": "MINIMIZE_LATENCY"})).await;
        assert!(staleness(&old).is_some());
        assert_eq!(old.ok(200)["valid"], true, "the bound allows it");
        assert_eq!(verify(json!({})).await.ok(200), json!({"valid": false}));
        assert_eq!(verify(json!({"consistency": "MINIMIZE_LATENCY"})).await.ok(200), json!({"valid": false}));
        // Nothing of this helps whoever has no key of their own.
        let stranger = place.machine.with(format!("Api-Key {secret}"));
        let asked = json!({"key": place.secret, "consistency": "MINIMIZE_LATENCY"});
        stranger.post("/api/v1/api-keys/verify", asked).await.problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn after_the_bound_the_database_is_asked_again() {
    on_each_with(
        |settings| settings.max_staleness_seconds = 1,
        async |world| {
            let Some(place) = place(world).await else { return };
            place.remove().await;
            place.revoke().await;
            tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
            place.bounded(&place.machine).await.problem(401, "unauthenticated");
            place.bounded(&place.nina).await.problem(404, "not_found");
        },
    )
    .await;
}

#[tokio::test]
async fn a_bounded_question_spends_a_key_s_rate_once_however_often_it_is_asked_for() {
    with_a_bound(async |_, place| {
        let path = format!("/api/v1/organizations/{}/api-keys", place.acme);
        let body = json!({"title": "Slow", "permissions": ["access.check"], "rate_limit_per_minute": 4});
        let key = place.owner.post(&path, body).await.ok(201);
        let slow = place.machine.with(format!("Api-Key {}", key["secret"].as_str().unwrap()));
        for _ in 0..2 {
            assert!(allowed(place.full(&slow).await));
            assert!(allowed(place.bounded(&slow).await));
        }
        place.bounded(&slow).await.problem(429, "too_many_requests");
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_memory_is_the_truth_and_no_answer_is_old() {
    on_each_with(
        |settings| settings.max_staleness_seconds = 60,
        async |world| {
            if world.engine != Engine::Sqlite {
                return;
            }
            let (owner, acme) = world.tenant("Acme", "olga").await;
            let path = format!("/api/v1/organizations/{acme}/access/check");
            let ask = json!({"principal": {"type": "user", "id": owner.user_id}, "permission": "members.read",
                "consistency": "MINIMIZE_LATENCY"});
            for _ in 0..2 {
                let answer = owner.post(&path, ask.clone()).await;
                assert_eq!(staleness(&answer), None);
                assert!(allowed(answer));
            }
        },
    )
    .await;
}
