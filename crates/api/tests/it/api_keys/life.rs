//! A key's life: made, listed, changed, ended.

use polity_testkit::{json, on_each, roles};

use super::{holder, key, keys, make};

#[tokio::test]
async fn a_key_is_made_with_its_place_its_tag_and_its_secret() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({
            "title": "Import", "permissions": ["api_keys.read", "members.read"], "allowed_cidrs": ["127.0.0.9/8", "::1"],
            "rate_limit_per_minute": 600, "expire_time": "2027-01-01T00:00:00Z",
        });
        let answer = owner.post(&keys(&acme), body).await;
        assert_eq!((answer.status, answer.header("location")), (201, key(&answer.body).as_str()), "{}", answer.text);
        let made = &answer.body;
        assert!(made["secret"].as_str().unwrap().starts_with(made["prefix"].as_str().unwrap()));
        assert_eq!(made["allowed_cidrs"], json!(["127.0.0.0/8", "::1/128"]));
        assert_eq!(made["creator"], json!({"type": "user", "id": owner.user_id}));
        assert_eq!((&made["state"], &made["descendants"]), (&json!("ACTIVE"), &json!(false)));
        assert_eq!(made["expire_time"], "2027-01-01T00:00:00.000Z");
        let seen = holder(world, made).get(&key(made)).await;
        assert_eq!((seen.status, seen.header("etag")), (200, answer.header("etag")), "{}", seen.text);
        assert_eq!(seen.body["secrets"], json!([{"number": 1, "create_time": "2026-01-31T12:00:00.000Z"}]));
    })
    .await;
}

#[tokio::test]
async fn what_is_wrong_with_a_new_key_is_named() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for (body, field, code) in [
            (json!({"title": "k"}), "/permissions", "missing_field"),
            (json!({"title": "", "permissions": []}), "/title", "invalid_value"),
            (json!({"title": "a\nb", "permissions": []}), "/title", "invalid_value"),
            (
                json!({"title": "k", "permissions": ["members.read", "members.fly"]}),
                "/permissions/1",
                "unknown_permission",
            ),
            (
                json!({"title": "k", "permissions": [], "allowed_cidrs": ["10.0.0.0/33"]}),
                "/allowed_cidrs/0",
                "invalid_value",
            ),
            (
                json!({"title": "k", "permissions": [], "rate_limit_per_minute": 0}),
                "/rate_limit_per_minute",
                "invalid_value",
            ),
            (
                json!({"title": "k", "permissions": [], "expire_time": "2026-01-31T12:00:00Z"}),
                "/expire_time",
                "invalid_value",
            ),
            (json!({"title": "k", "permissions": [], "secret": "mine"}), "/secret", "unknown_field"),
        ] {
            let problem = owner.post(&keys(&acme), body).await.problem(400, code);
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        let none = owner.get(&format!("{}?show_total=true", keys(&acme))).await.ok(200);
        assert_eq!(none["total_size"], 0);
    })
    .await;
}

#[tokio::test]
async fn only_those_who_may_see_or_make_keys_do() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (stranger, other) = world.tenant("Other", "otto").await;
        let member = world.join(&owner, &acme, "mia", roles::MEMBER).await;
        let made = make(&owner, &acme, &[]).await;
        let body = json!({"title": "k", "permissions": []});
        world.nobody().post(&keys(&acme), body.clone()).await.problem(401, "unauthenticated");
        stranger.post(&keys(&acme), body.clone()).await.problem(404, "not_found");
        stranger.get(&key(&made)).await.problem(404, "not_found");
        let denied = member.post(&keys(&acme), body).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "api_keys.create");
        member.get(&keys(&acme)).await.problem(403, "permission_denied");
        let elsewhere = format!("{}/{}", keys(&other), made["id"].as_str().unwrap());
        stranger.get(&elsewhere).await.problem(404, "not_found");
        stranger.delete(&elsewhere).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_list_is_filtered_and_paged() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for title in ["One", "Two", "Three"] {
            world.clock.advance(1);
            owner.post(&keys(&acme), json!({"title": title, "permissions": []})).await.ok(201);
        }
        let path = keys(&acme);
        let first = owner.get(&format!("{path}?page_size=2")).await.ok(200);
        assert_eq!(first["api_keys"][0]["title"], "Three");
        let token = first["next_page_token"].as_str().unwrap();
        let second = owner.get(&format!("{path}?page_size=2&page_token={token}")).await.ok(200);
        assert_eq!((second["api_keys"].as_array().unwrap().len(), second.get("next_page_token")), (1, None));
        owner.delete(&key(&first["api_keys"][1])).await;
        let live = owner.get(&format!("{path}?filter=state=ACTIVE&show_total=true")).await.ok(200);
        assert_eq!(live["total_size"], 2);
        owner.get(&format!("{path}?filter=secrets=1")).await.problem(400, "invalid_filter");
    })
    .await;
}

#[tokio::test]
async fn a_patch_changes_what_it_names_and_null_takes_away() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"title": "k", "permissions": ["members.read"], "rate_limit_per_minute": 5, "expire_time": "2027-01-01T00:00:00Z"});
        let made = owner.post(&keys(&acme), body).await.ok(201);
        let patch = json!({"title": "Renamed", "rate_limit_per_minute": null, "allowed_cidrs": ["10.0.0.1"]});
        let changed = owner.patch(&key(&made), patch).await.ok(200);
        assert_eq!((&changed["title"], &changed["permissions"]), (&json!("Renamed"), &json!(["members.read"])));
        assert_eq!((changed.get("rate_limit_per_minute"), &changed["allowed_cidrs"]), (None, &json!(["10.0.0.1/32"])));
        assert_eq!(changed["expire_time"], "2027-01-01T00:00:00.000Z");
        let lasting = owner.patch(&key(&made), json!({"expire_time": null})).await.ok(200);
        assert_eq!(lasting.get("expire_time"), None);
        owner.patch(&key(&made), json!({"permissions": ["no.such"]})).await.problem(400, "unknown_permission");
        owner.patch(&key(&made), json!({"expire_time": "2020-01-01T00:00:00Z"})).await.problem(400, "invalid_value");
        owner.header("if-match", "\"r1\"").patch(&key(&made), json!({})).await.problem(412, "etag_mismatch");
    })
    .await;
}

#[tokio::test]
async fn a_deleted_key_stays_in_sight_as_revoked() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &[]).await;
        assert_eq!(owner.delete(&key(&made)).await.status, 204);
        let seen = owner.get(&key(&made)).await.ok(200);
        assert_eq!((&seen["state"], &seen["revoke_reason"]), (&json!("REVOKED"), &json!("OTHER")));
        owner.delete(&key(&made)).await.problem(409, "key_revoked");
        owner.patch(&key(&made), json!({"title": "k"})).await.problem(409, "key_revoked");
        owner.post(&format!("{}/rotate", key(&made)), json!({})).await.problem(409, "key_revoked");
        let other = make(&owner, &acme, &[]).await;
        let path = format!("{}/revoke", key(&other));
        owner.post(&path, json!({"reason": "BORED"})).await.problem(400, "invalid_value");
        assert_eq!(owner.post(&path, json!({"reason": "LEAKED"})).await.ok(200)["revoke_reason"], "LEAKED");
    })
    .await;
}

#[tokio::test]
async fn key_04_a_key_ends_at_the_moment_it_expires() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body =
            json!({"title": "k", "permissions": ["api_keys.read"], "expire_time": "2026-01-31T12:02:00Z"});
        let made = owner.post(&keys(&acme), body).await.ok(201);
        let held = holder(world, &made);
        world.clock.advance_micros(120_000_000 - 1);
        held.get(&key(&made)).await.ok(200);
        world.clock.advance_micros(1);
        held.get(&key(&made)).await.problem(401, "unauthenticated");
        assert_eq!(owner.get(&key(&made)).await.ok(200)["state"], "EXPIRED");
        let later = json!({"expire_time": "2030-01-01T00:00:00Z"});
        owner.patch(&key(&made), later).await.problem(409, "key_expired");
    })
    .await;
}

#[tokio::test]
async fn key_07_a_key_outlives_its_maker_and_stops_with_its_organization() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let admin = world.join(&owner, &acme, "abe", roles::ADMIN).await;
        let made = make(&admin, &acme, &["api_keys.read"]).await;
        let held = holder(world, &made);
        let member = format!("/api/v1/organizations/{acme}/members/{}", admin.user_id);
        assert_eq!(owner.delete(&member).await.status, 204);
        held.get(&key(&made)).await.ok(200);
        let root = world.administrator().await;
        root.post(&format!("/api/v1/organizations/{acme}/suspend"), json!({"reason": "test"})).await.ok(200);
        assert_ne!(held.get(&key(&made)).await.status, 200);
    })
    .await;
}
