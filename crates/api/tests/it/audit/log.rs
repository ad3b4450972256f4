//! Reading the log.

use polity_testkit::{Method, Value, json, on_each, roles};

use super::{all, events, filtered};

/// A key's path and its secret.
async fn key(owner: &polity_testkit::Actor, acme: &str) -> (String, Value) {
    let path = format!("/api/v1/organizations/{acme}/api-keys");
    let body = json!({"title": "k", "permissions": ["audit.read", "api_keys.update"]});
    let made = owner.post(&path, body).await.ok(201);
    (format!("/api/v1/{}", made["name"].as_str().unwrap()), made)
}

#[tokio::test]
async fn aud_01_each_change_of_a_key_leaves_one_event_with_who_and_what() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let before = all(&owner, &acme).await.len();
        let (path, made) = key(&owner, &acme).await;
        let held = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        owner.patch(&path, json!({"title": "Renamed"})).await.ok(200);
        owner.post(&format!("{path}/rotate"), json!({})).await.ok(200);
        let answer = held.post(&format!("{path}/retire-old-secret"), json!({})).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        owner.post(&format!("{path}/revoke"), json!({"reason": "UNUSED"})).await.ok(200);
        let events = all(&owner, &acme).await;
        let kinds: Vec<&str> = events.iter().map(|event| event["kind"].as_str().unwrap()).collect();
        assert_eq!(events.len() - before, 5, "{kinds:?}");
        let expected = [
            "api_key.revoked",
            "api_key.secret_retired",
            "api_key.rotated",
            "api_key.updated",
            "api_key.created",
        ];
        assert_eq!(kinds[..5], expected);
        let [_, retired, _, updated, created, ..] = events.as_slice() else { panic!("five events") };
        assert_eq!(retired["actor"], json!({"type": "api_key", "id": made["id"]}));
        assert_eq!(
            (&updated["actor"]["type"], &updated["actor"]["id"]),
            (&json!("user"), &json!(owner.user_id))
        );
        assert_eq!(
            (&updated["before"]["title"], &updated["after"]["title"]),
            (&json!("k"), &json!("Renamed"))
        );
        assert_eq!((created.get("before"), &created["after"]["id"]), (None, &made["id"]));
        assert_eq!(created["after"]["create_time"], "2026-01-31T12:00:00.000Z");
        assert_eq!(retired["request_id"], answer.header("x-request-id"));
    })
    .await;
}

#[tokio::test]
async fn aud_03_nobody_changes_an_event_over_the_api() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let one = format!("{}/{}", events(&acme), all(&owner, &acme).await[0]["id"].as_str().unwrap());
        owner.get(&one).await.ok(200);
        owner.delete(&one).await.problem(405, "method_not_allowed");
        owner.patch(&one, json!({"kind": "x"})).await.problem(405, "method_not_allowed");
        owner
            .post(&events(&acme), json!({"id": "x", "kind": "organization.deleted"}))
            .await
            .problem(400, "unknown_field");
    })
    .await;
}

#[tokio::test]
async fn aud_05_a_name_breaks_out_of_no_line() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = format!("/api/v1/organizations/{acme}/api-keys");
        owner
            .post(&path, json!({"title": "a\n{\"kind\":\"x\"}", "permissions": []}))
            .await
            .problem(400, "invalid_value");
        owner
            .post(&path, json!({"title": "\u{1b}[31mred", "permissions": []}))
            .await
            .problem(400, "invalid_value");
        let title = "=cmd()\",\"kind\":\"organization.deleted";
        owner.post(&path, json!({"title": title, "permissions": []})).await.ok(201);
        let last = &all(&owner, &acme).await[0];
        assert_eq!((&last["kind"], &last["after"]["title"]), (&json!("api_key.created"), &json!(title)));
    })
    .await;
}

#[tokio::test]
async fn aud_06_where_a_change_came_from_is_the_connection_s_and_not_a_header_s_to_say() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let dressed = owner.header("x-forwarded-for", "203.0.113.7").header("user-agent", &"u".repeat(4_000));
        key(&dressed, &acme).await;
        let last = &all(&owner, &acme).await[0];
        assert_eq!(
            (&last["ip_address"], &last["user_agent"]),
            (&json!("127.0.0.1"), &json!("u".repeat(256)))
        );
    })
    .await;
}

#[tokio::test]
async fn aud_07_another_tenant_s_events_are_found_by_no_parameter() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (stranger, other) = world.tenant("Other", "otto").await;
        let one = all(&owner, &acme).await[0]["id"].as_str().unwrap().to_owned();
        stranger.get(&events(&acme)).await.problem(404, "not_found");
        stranger.get(&format!("{}/{one}", events(&other))).await.problem(404, "not_found");
        for filter in [
            format!("organization = \"{acme}\""),
            format!("actor = \"{}\"", owner.user_id),
            format!("id = \"{one}\""),
        ] {
            assert!(filtered(&stranger, &other, &filter).await.is_empty(), "{filter}");
        }
        let log = format!("/api/v1/organizations/{other}/audit-log");
        for path in [
            format!("{log}/checkpoint?tree_id={acme}"),
            format!("{log}/inclusion-proof?event_id={one}"),
            format!("{log}/inclusion-proof?leaf_index=0&tree_id={acme}"),
            format!("{log}/consistency-proof?from=1&tree_id={acme}"),
            format!("{log}/checkpoint?tree_id=root"),
        ] {
            stranger.get(&path).await.problem(404, "not_found");
        }
    })
    .await;
}

#[tokio::test]
async fn aud_08_before_and_after_hold_no_trace_of_a_secret() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (path, _) = key(&owner, &acme).await;
        owner.post(&format!("{path}/rotate"), json!({})).await.ok(200);
        let rotated = &filtered(&owner, &acme, "kind = \"api_key.rotated\"").await[0];
        let secret = &rotated["after"]["secrets"][0];
        assert_eq!((&secret["number"], secret.get("hash")), (&json!(2), None), "{rotated}");
        let id = rotated["id"].as_str().unwrap();
        let proof = format!("/api/v1/organizations/{acme}/audit-log/inclusion-proof?event_id={id}");
        let proof = owner.get(&proof).await.ok(200);
        assert_eq!((proof.get("leaf"), proof.get("personal")), (None, None), "its text names the hashes");
    })
    .await;
}

#[tokio::test]
async fn aud_10_a_clock_that_goes_back_hides_no_event() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.clock.advance(100);
        key(&owner, &acme).await;
        world.clock.advance(-100);
        let (_, last) = key(&owner, &acme).await;
        let events = all(&owner, &acme).await;
        assert_eq!(events[0]["after"]["id"], last["id"]);
        let revisions: Vec<u64> = events.iter().map(|event| event["revision"].as_u64().unwrap()).collect();
        assert!(revisions.is_sorted_by(|newer, older| newer > older), "{revisions:?}");
        assert!(events[0]["time"].as_str() < events[1]["time"].as_str());
    })
    .await;
}

#[tokio::test]
async fn aud_11_the_log_is_read_by_permission_only() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let member = world.join(&owner, &acme, "mia", roles::MEMBER).await;
        let reader = world.join(&owner, &acme, "rita", roles::READER).await;
        for path in [
            "audit-events",
            "audit-log/checkpoint",
            "audit-log/inclusion-proof?leaf_index=0",
            "audit-log/consistency-proof?from=0",
        ] {
            let path = format!("/api/v1/organizations/{acme}/{path}");
            let denied = member.get(&path).await.problem(403, "permission_denied");
            assert_eq!(denied["required_permission"], "audit.read");
            world.nobody().get(&path).await.problem(401, "unauthenticated");
            reader.get(&path).await.ok(200);
        }
    })
    .await;
}

#[tokio::test]
async fn events_are_filtered_and_paged_in_the_order_of_their_revisions() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (_, made) = key(&owner, &acme).await;
        world.clock.advance(10);
        let held = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        held.patch(&format!("/api/v1/{}", made["name"].as_str().unwrap()), json!({"title": "x"}))
            .await
            .ok(200);
        let kinds = |events: &[Value]| {
            events.iter().map(|event| event["kind"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            kinds(&filtered(&owner, &acme, "kind = \"api_key.*\"").await),
            ["api_key.updated", "api_key.created"]
        );
        let by_key = format!("api_key = \"{}\"", made["id"].as_str().unwrap());
        assert_eq!(kinds(&filtered(&owner, &acme, &by_key).await), ["api_key.updated"]);
        let late = "time > \"2026-01-31T12:00:05Z\"";
        assert_eq!(kinds(&filtered(&owner, &acme, late).await), ["api_key.updated"]);
        let path = format!("{}?page_size=1&show_total=true&order_by=revision", events(&acme));
        let first = owner.get(&path).await.ok(200);
        assert_eq!(first["audit_events"][0]["kind"], "organization.created");
        let token = first["next_page_token"].as_str().unwrap();
        let second = owner.get(&format!("{path}&page_token={token}")).await.ok(200);
        assert_eq!(second["audit_events"][0]["revision"], 2);
        owner
            .get(&format!("{path}&page_token={token}&descendants=true"))
            .await
            .problem(400, "page_token_mismatch");
        owner.get(&format!("{}?filter=secret=1", events(&acme))).await.problem(400, "invalid_filter");
        owner.get(&format!("{}?order_by=time", events(&acme))).await.problem(400, "invalid_order");
    })
    .await;
}

#[tokio::test]
async fn a_page_of_large_events_ends_early_and_the_next_goes_on() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for version in 0..12 {
            let text = format!("{version}{}", "x".repeat(1_900));
            let texts: serde_json::Map<_, _> =
                (0..500).map(|key| (format!("k{key}"), json!({"en": text}))).collect();
            let path = format!("/api/v1/organizations/{acme}/customizations");
            owner.send(Method::PUT, &path, Some(json!({"texts": texts}))).await.ok(200);
        }
        let (mut seen, mut pages, mut token) = (Vec::new(), 0, String::new());
        loop {
            let path = format!("{}?page_size=1000&page_token={token}", events(&acme));
            let page = owner.get(&path).await.ok(200);
            let rows = page["audit_events"].as_array().unwrap();
            seen.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            pages += 1;
            let Some(next) = page["next_page_token"].as_str().filter(|next| !next.is_empty()) else { break };
            token = next.to_owned();
        }
        let few = owner.get(&format!("{}?page_size=5", events(&acme))).await.ok(200);
        assert_eq!(few["audit_events"].as_array().unwrap().len(), 5, "a page within the bound is whole");
        assert!(pages > 1, "a page ended early");
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!((seen.len(), all >= 14), (all, true), "each once");
    })
    .await;
}
