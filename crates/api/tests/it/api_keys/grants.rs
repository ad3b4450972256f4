//! Nobody hands out more than they hold, and no key outgrows its maker.

use polity_testkit::{Actor, Answer, json, on_each, roles};

use super::{holder, key, keys, make};

#[tokio::test]
async fn esc_10_a_narrow_key_of_an_owner_hands_out_no_more_than_itself() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let held = holder(world, &make(&owner, &acme, &["invitations.create", "api_keys.create"]).await);
        let invitations = format!("/api/v1/organizations/{acme}/invitations");
        let body = json!({"email": "eve@example.com", "roles": [roles::OWNER]});
        held.post(&invitations, body).await.problem(403, "cannot_grant");
        let wide = json!({"title": "k", "permissions": ["members.remove"]});
        held.post(&keys(&acme), wide).await.problem(403, "cannot_grant");
    })
    .await;
}

#[tokio::test]
async fn esc_11_each_permission_of_a_key_opens_what_it_names_and_nothing_else() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let all = [
            "api_keys.read",
            "api_keys.create",
            "api_keys.update",
            "api_keys.revoke",
            "audit.read",
            "invitations.read",
            "invitations.create",
        ];
        for wanted in all {
            let others: Vec<&str> = all.into_iter().filter(|name| *name != wanted).collect();
            let with = holder(world, &make(&owner, &acme, &[wanted]).await);
            let without = holder(world, &make(&owner, &acme, &others).await);
            let target = key(&make(&owner, &acme, &[]).await);
            let denied = use_it(&without, &acme, &target, wanted).await.problem(403, "permission_denied");
            assert_eq!(denied["required_permission"], wanted);
            let allowed = use_it(&with, &acme, &target, wanted).await;
            // To invite with a role, one must hold that role's permissions as well.
            let granted = if wanted == "invitations.create" { "cannot_grant" } else { "" };
            assert_eq!(allowed.body["code"].as_str().unwrap_or(""), granted, "{}", allowed.text);
        }
    })
    .await;
}

/// Does what a permission is for.
async fn use_it(actor: &Actor, organization: &str, key: &str, permission: &str) -> Answer {
    let below = |path: &str| format!("/api/v1/organizations/{organization}/{path}");
    match permission {
        "api_keys.read" => actor.get(key).await,
        "api_keys.create" => actor.post(&keys(organization), json!({"title": "k", "permissions": []})).await,
        "api_keys.update" => actor.post(&format!("{key}/rotate"), json!({})).await,
        "api_keys.revoke" => actor.delete(key).await,
        "audit.read" => actor.get(&below("audit-events")).await,
        "invitations.read" => actor.get(&below("invitations")).await,
        "invitations.create" => actor.post(&below("invitations"), json!({"email": "eve@example.com"})).await,
        other => panic!("{other} is not in the table"),
    }
}

#[tokio::test]
async fn esc_12_a_read_only_key_changes_nothing_by_reading() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = make(&owner, &acme, &["api_keys.read", "audit.read"]).await;
        let held = holder(world, &made);
        let events = format!("/api/v1/organizations/{acme}/audit-events?show_total=true");
        let before = owner.get(&events).await.ok(200)["total_size"].clone();
        for path in [
            key(&made),
            keys(&acme),
            events.clone(),
            format!("/api/v1/organizations/{acme}/audit-log/checkpoint"),
        ] {
            held.get(&path).await.ok(200);
        }
        assert_eq!(owner.get(&events).await.ok(200)["total_size"], before);
    })
    .await;
}

#[tokio::test]
async fn esc_13_a_key_makes_none_with_more_permissions_life_places_or_reach() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({
            "title": "k", "permissions": ["api_keys.create", "api_keys.update"],
            "expire_time": "2026-02-28T00:00:00Z", "allowed_cidrs": ["127.0.0.0/8"],
        });
        let held = holder(world, &owner.post(&keys(&acme), body).await.ok(201));
        let (end, home) = ("2026-02-28T00:00:00Z", json!(["127.0.0.1"]));
        for body in [
            json!({"title": "k", "permissions": ["api_keys.read"], "expire_time": end, "allowed_cidrs": home}),
            json!({"title": "k", "permissions": [], "expire_time": "2026-02-28T00:00:01Z", "allowed_cidrs": home}),
            json!({"title": "k", "permissions": [], "allowed_cidrs": home}),
            json!({"title": "k", "permissions": [], "expire_time": end}),
            json!({"title": "k", "permissions": [], "expire_time": end, "allowed_cidrs": ["0.0.0.0/0"]}),
            json!({"title": "k", "permissions": [], "expire_time": end, "allowed_cidrs": home, "descendants": true}),
        ] {
            held.post(&keys(&acme), body).await.problem(403, "cannot_grant");
        }
        let within = json!({"title": "k", "permissions": ["api_keys.create"], "expire_time": end, "allowed_cidrs": home});
        let child = held.post(&keys(&acme), within).await.ok(201);
        held.patch(&key(&child), json!({"expire_time": null})).await.problem(403, "cannot_grant");
        held.patch(&key(&child), json!({"allowed_cidrs": []})).await.problem(403, "cannot_grant");
        held.patch(&key(&child), json!({"permissions": ["api_keys.revoke"]})).await.problem(403, "cannot_grant");
        held.patch(&key(&child), json!({"title": "Renamed"})).await.ok(200);
        let lasting = make(&owner, &acme, &["api_keys.create"]).await;
        held.post(&format!("{}/rotate", key(&lasting)), json!({})).await.problem(403, "cannot_grant");
    })
    .await;
}

#[tokio::test]
async fn esc_13_whoever_holds_less_than_a_key_neither_changes_nor_rotates_it_but_may_end_it() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let admin = world.join(&owner, &acme, "abe", roles::ADMIN).await;
        let strong = make(&owner, &acme, &["organizations.delete"]).await;
        admin.patch(&key(&strong), json!({"title": "Mine"})).await.problem(403, "cannot_grant");
        admin.patch(&key(&strong), json!({"permissions": []})).await.problem(403, "cannot_grant");
        admin.post(&format!("{}/rotate", key(&strong)), json!({})).await.problem(403, "cannot_grant");
        let refused = json!({"title": "k", "permissions": ["organizations.delete"]});
        admin.post(&keys(&acme), refused).await.problem(403, "cannot_grant");
        admin.post(&format!("{}/revoke", key(&strong)), json!({"reason": "UNUSED"})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn esc_13_the_roles_that_a_key_holds_count_as_well() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let admin = world.join(&owner, &acme, "abe", roles::ADMIN).await;
        let made = make(&owner, &acme, &[]).await;
        admin.patch(&key(&made), json!({"title": "Harmless"})).await.ok(200);
        let assign = json!({"principal": {"type": "api_key", "id": made["id"]}, "role": roles::OWNER});
        owner.post(&format!("/api/v1/organizations/{acme}/role-assignments"), assign).await.ok(201);
        holder(world, &made).get(&keys(&acme)).await.ok(200);
        admin.post(&format!("{}/rotate", key(&made)), json!({})).await.problem(403, "cannot_grant");
        admin.patch(&key(&made), json!({"allowed_cidrs": []})).await.problem(403, "cannot_grant");
        owner.post(&format!("{}/rotate", key(&made)), json!({})).await.ok(200);
        admin.post(&format!("{}/retire-old-secret", key(&made)), json!({})).await.ok(200);
        assert_eq!(admin.delete(&key(&made)).await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn key_08_an_allow_list_is_held_against_the_connection_and_not_against_a_header() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for (networks, status) in [(json!(["203.0.113.0/24"]), 401), (json!(["::ffff:127.0.0.0/104"]), 200)] {
            let body = json!({"title": "k", "permissions": ["api_keys.read"], "allowed_cidrs": networks});
            let held = holder(world, &owner.post(&keys(&acme), body).await.ok(201));
            let dressed =
                held.header("x-forwarded-for", "203.0.113.7").header("forwarded", "for=203.0.113.7");
            assert_eq!(dressed.get(&keys(&acme)).await.status, status);
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_that_asks_too_often_is_told_when_to_come_back() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"title": "k", "permissions": ["api_keys.read"], "rate_limit_per_minute": 2});
        let held = holder(world, &owner.post(&keys(&acme), body).await.ok(201));
        for status in [200, 200, 429] {
            assert_eq!(held.get(&keys(&acme)).await.status, status);
        }
        let refused = held.get(&keys(&acme)).await;
        assert_eq!(refused.header("retry-after"), "60");
        assert_eq!(refused.header("ratelimit-policy"), r#""api-key";q=2;w=60"#);
        world.clock.advance(60);
        held.get(&keys(&acme)).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_request_with_an_idempotency_key_counts_once() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        // Whoever invites as Member holds all that a Member does.
        let member = format!("/api/v1/organizations/{acme}/roles/{}", roles::MEMBER);
        let mut permissions = owner.get(&member).await.ok(200)["permissions"].as_array().unwrap().clone();
        permissions.push(json!("invitations.create"));
        let body = json!({"title": "k", "permissions": permissions, "rate_limit_per_minute": 2});
        let held = holder(world, &owner.post(&keys(&acme), body).await.ok(201));
        let invite = json!({"email": "ada@example.com"});
        let path = format!("/api/v1/organizations/{acme}/invitations");
        for replayed in ["", "true"] {
            let answer = held.header("idempotency-key", "once").post(&path, invite.clone()).await;
            assert_eq!(
                (answer.status, answer.header("idempotent-replayed")),
                (201, replayed),
                "{}",
                answer.text
            );
        }
        held.post(&path, invite).await.problem(429, "too_many_requests");
    })
    .await;
}
