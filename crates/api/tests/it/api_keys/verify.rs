//! Verifying keys for a product's backend.

use polity_testkit::{Engine, Value, json, on_each, roles};

use super::{holder, key, keys, make};

const VERIFY: &str = "/api/v1/api-keys/verify";

#[tokio::test]
async fn a_good_key_is_told_with_all_that_it_may_do() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let backend = holder(world, &make(&owner, &acme, &["api_keys.verify"]).await);
        let body = json!({"title": "Robot", "permissions": ["members.read", "roles.read"], "rate_limit_per_minute": 3});
        let made = owner.post(&keys(&acme), body).await.ok(201);
        let answer = backend.post(VERIFY, json!({"key": made["secret"]})).await.ok(200);
        let expected = json!({
            "valid": true, "principal": {"type": "api_key", "id": made["id"]}, "api_key": made["name"],
            "organization": format!("organizations/{acme}"), "title": "Robot",
            "permissions": ["members.read", "roles.read"], "descendants": false, "secret_number": 1, "remaining": 2,
        });
        assert_eq!(answer, expected);
        let rotated = owner.post(&format!("{}/rotate", key(&made)), json!({})).await.ok(200);
        let answer = backend.post(VERIFY, json!({"key": rotated["secret"]})).await.ok(200);
        assert_eq!((&answer["secret_number"], &answer["remaining"]), (&json!(2), &json!(1)));
        backend.post(VERIFY, json!({"key": made["secret"]})).await.ok(200);
        let limited = backend.post(VERIFY, json!({"key": made["secret"]})).await.ok(200);
        assert_eq!(limited, json!({"valid": false, "code": "rate_limited", "retry_after_seconds": 60}));
        world.clock.advance(60);
        assert_eq!(backend.post(VERIFY, json!({"key": made["secret"]})).await.ok(200)["valid"], true);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_wrong_with_a_key_the_answer_is_the_same() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (other_owner, other) = world.tenant("Other", "otto").await;
        let member = world.join(&owner, &acme, "mia", roles::MEMBER).await;
        let good = make(&owner, &acme, &[]).await;
        let revoked = make(&owner, &acme, &[]).await;
        owner.delete(&key(&revoked)).await;
        let foreign = make(&other_owner, &other, &[]).await;
        let body = json!({"title": "k", "permissions": [], "expire_time": "2026-01-31T12:00:01Z"});
        let expired = owner.post(&keys(&acme), body).await.ok(201);
        let fenced = json!({"title": "k", "permissions": [], "allowed_cidrs": ["203.0.113.0/24"]});
        let fenced = owner.post(&keys(&acme), fenced).await.ok(201);
        world.clock.advance(1);
        let refused = json!({"valid": false});
        let elsewhere = json!({"key": fenced["secret"], "ip_address": "198.51.100.7"});
        for body in [
            json!({"key": revoked["secret"]}),
            json!({"key": foreign["secret"]}),
            json!({"key": expired["secret"]}),
            json!({"key": fenced["secret"]}),
            elsewhere,
            json!({"key": "pol_key_1"}),
            json!({"key": ""}),
        ] {
            assert_eq!(owner.post(VERIFY, body.clone()).await.ok(200), refused, "{body}");
        }
        assert_eq!(member.post(VERIFY, json!({"key": good["secret"]})).await.ok(200), refused);
        assert_eq!(other_owner.post(VERIFY, json!({"key": good["secret"]})).await.ok(200), refused);
        world.nobody().post(VERIFY, json!({"key": good["secret"]})).await.problem(401, "unauthenticated");
        owner.post(VERIFY, json!({"key": "k".repeat(201)})).await.problem(400, "invalid_value");
        let there = json!({"key": fenced["secret"], "ip_address": "::ffff:203.0.113.7"});
        assert_eq!(owner.post(VERIFY, there).await.ok(200)["valid"], true);
    })
    .await;
}

#[tokio::test]
async fn on_sqlite_a_known_key_is_verified_without_the_database() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let backend = holder(world, &make(&owner, &acme, &["api_keys.verify"]).await);
        let made: Value = make(&owner, &acme, &[]).await;
        assert_eq!(backend.post(VERIFY, json!({"key": made["secret"]})).await.ok(200)["valid"], true);
        world.app.store.close().await;
        let answer = backend.post(VERIFY, json!({"key": made["secret"]})).await;
        let expected = if world.engine == Engine::Sqlite { 200 } else { 503 };
        assert_eq!(answer.status, expected, "{}", answer.text);
    })
    .await;
}
