//! Consumption: what is counted once, by whom, and what is measured.

use polity_app::consumption::{flush, measure};
use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::rights::{child, of};

async fn usage(actor: &Actor, organization: &str, query: &str) -> Vec<Value> {
    let path = format!("{}?page_size=1000{query}", of(organization, "consumption"));
    actor.get(&path).await.ok(200)["consumption"].as_array().unwrap().clone()
}

/// The quantities of one meter by period.
async fn of_meter(actor: &Actor, organization: &str, meter: &str, query: &str) -> Vec<(String, i64)> {
    let rows = usage(actor, organization, &format!("&meter={meter}{query}")).await;
    let pair = |row: &Value| (row["period"].as_str().unwrap().to_owned(), row["quantity"].as_i64().unwrap());
    rows.iter().map(pair).collect()
}

async fn told(actor: &Actor, organization: &str, events: Value) -> polity_testkit::Answer {
    actor.post(&of(organization, "consumption/record"), json!({"events": events})).await
}

fn event(id: &str, quantity: i64) -> Value {
    json!({"event_id": id, "meter": "documents", "quantity": quantity})
}

async fn written(world: &World) {
    flush(&world.app).await.unwrap();
}

#[tokio::test]
async fn an_event_counts_once_however_often_it_is_told() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let batch = json!([event("a", 3), event("b", 4), event("a", 3)]);
        assert_eq!(told(&owner, &acme, batch.clone()).await.ok(200), json!({"recorded": 2, "repeated": 1}));
        assert_eq!(told(&owner, &acme, batch).await.ok(200), json!({"recorded": 0, "repeated": 3}));
        let other = told(&owner, &acme, json!([event("c", 1), event("b", 5)])).await;
        let problem = other.problem(409, "event_id_taken");
        assert!(problem["detail"].as_str().unwrap().contains("id b"), "{problem}");
        assert_eq!(
            of_meter(&owner, &acme, "documents", "").await,
            [("2026-01".to_owned(), 7)],
            "c is not counted"
        );
        // Another organization's ids are its own.
        let (otto, beta) = world.tenant("Beta", "otto").await;
        assert_eq!(told(&otto, &beta, json!([event("a", 9)])).await.ok(200)["recorded"], 1);
        assert_eq!(of_meter(&otto, &beta, "documents", "").await, [("2026-01".to_owned(), 9)]);
    })
    .await;
}

#[tokio::test]
async fn the_same_batch_from_many_sides_at_once_counts_once() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let batch: Value = (0..50).map(|number| event(&format!("e{number}"), 1)).collect();
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let (owner, acme, batch) = (owner.clone(), acme.clone(), batch.clone());
                tokio::spawn(
                    async move { told(&owner, &acme, batch).await.ok(200)["recorded"].as_u64().unwrap() },
                )
            })
            .collect();
        let mut recorded = 0;
        for task in tasks {
            recorded += task.await.unwrap();
        }
        assert_eq!(recorded, 50);
        assert_eq!(of_meter(&owner, &acme, "documents", "").await, [("2026-01".to_owned(), 50)]);
    })
    .await;
}

#[tokio::test]
async fn a_correction_takes_off_no_more_than_there_was_and_where_it_was() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let mut late = event("a", 10);
        late["time"] = json!("2025-12-31T23:59:59.999Z");
        told(&owner, &acme, json!([late, event("b", 5)])).await.ok(200);
        let correction = |id: &str, quantity: i64, corrects: &str| {
            let mut correction = event(id, quantity);
            correction["corrects"] = json!(corrects);
            correction
        };
        told(&owner, &acme, json!([correction("c1", -4, "a")])).await.ok(200);
        assert_eq!(told(&owner, &acme, json!([correction("c1", -4, "a")])).await.ok(200)["repeated"], 1);
        for refused in [correction("c2", -7, "a"), correction("c2", -1, "x"), correction("c2", -1, "c1")] {
            let problem =
                told(&owner, &acme, json!([event("d", 1), refused])).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], "/events/1/corrects");
        }
        let mut meter = correction("c2", -1, "a");
        meter["meter"] = json!("pages");
        told(&owner, &acme, json!([meter])).await.problem(400, "invalid_value");
        let expected = [("2026-01".to_owned(), 5), ("2025-12".to_owned(), 6)];
        assert_eq!(of_meter(&owner, &acme, "documents", "").await, expected);
        let days = of_meter(&owner, &acme, "documents", "&granularity=daily").await;
        assert_eq!(days, [("2026-01-31".to_owned(), 5), ("2025-12-31".to_owned(), 6)]);
        let bounded = of_meter(&owner, &acme, "documents", "&to=2026-01-01T00:00:00Z").await;
        assert_eq!(bounded, expected[1..]);
        let bounded = of_meter(&owner, &acme, "documents", "&from=2026-01-01T00:00:00Z").await;
        assert_eq!(bounded, expected[..1]);
    })
    .await;
}

#[tokio::test]
async fn inp_11_what_is_out_of_bounds_is_refused_by_name() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for (field, value) in [
            ("event_id", json!("")),
            ("event_id", json!("a b")),
            ("meter", json!("api_requests")),
            ("meter", json!("Documents")),
            ("quantity", json!(-1)),
            ("quantity", json!(1_000_000_000_001_i64)),
            ("time", json!("2026-01-31T13:00:00Z")),
            ("time", json!("2020-01-31T12:00:00Z")),
            ("attributes", json!({"text": "x".repeat(3_000)})),
        ] {
            let mut wrong = event("a", 1);
            wrong[field] = value;
            let problem =
                told(&owner, &acme, json!([event("b", 1), wrong])).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], format!("/events/1/{field}"), "{problem}");
        }
        told(&owner, &acme, json!([])).await.problem(400, "invalid_value");
        let many: Value = (0..1_001).map(|number| event(&format!("e{number}"), 1)).collect();
        told(&owner, &acme, many).await.problem(400, "invalid_value");
        assert!(of_meter(&owner, &acme, "documents", "").await.is_empty());
        for query in
            ["granularity=weekly", "from=yesterday", "filter=a%3D1", "order_by=meter", "page_token=x"]
        {
            let answer = owner.get(&format!("{}?{query}", of(&acme, "consumption"))).await;
            assert_eq!(answer.status, 400, "{query} {}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn requests_and_who_made_them_are_counted_with_questions_and_without_strangers() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let max = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let (stranger, _) = world.tenant("Beta", "otto").await;
        written(world).await;
        let now = async || {
            of_meter(&owner, &acme, "api_requests", "").await.first().map_or(0, |(_, amount)| *amount)
        };
        now().await;
        written(world).await;
        let before = now().await;
        let body = json!({"title": "k", "permissions": ["access.check", "api_keys.verify"]});
        let made = owner.post(&of(&acme, "api-keys"), body).await.ok(201);
        let secret = made["secret"].as_str().unwrap();
        let key = world.with(Some(format!("Api-Key {secret}")));
        let check = json!({"principal": {"type": "user", "id": owner.user_id}, "permission": "members.read"});
        for _ in 0..5 {
            key.post(&of(&acme, "access/check"), check.clone()).await.ok(200);
        }
        key.post("/api/v1/api-keys/verify", json!({"key": secret})).await.ok(200);
        stranger.get(&of(&acme, "members")).await.problem(404, "not_found");
        max.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        written(world).await;
        // The making of the key, six questions, and one's own looking.
        let looked = now().await - before;
        assert!((7..=9).contains(&looked), "{looked}");
        let active = of_meter(&owner, &acme, "active_members", "").await;
        assert_eq!(active, [("2026-01".to_owned(), 2)], "each once, and the stranger not");
        world.clock.advance(86_400);
        let olga = world.sign_in("olga").await;
        written(world).await;
        let days = of_meter(&olga, &acme, "active_members", "&granularity=daily").await;
        assert_eq!(days, [("2026-02-01".to_owned(), 1), ("2026-01-31".to_owned(), 2)]);
    })
    .await;
}

#[tokio::test]
async fn what_there_is_is_measured_and_shown_for_those_below_that_inherit() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        world.join(&owner, &acme, "max", roles::MEMBER).await;
        let sales = child(&owner, &acme, "Sales").await;
        let shut = child(&owner, &acme, "Shut").await;
        world.join(&owner, &shut, "shirley", roles::OWNER).await;
        owner.patch(&format!("/api/v1/organizations/{shut}"), json!({"inherits_roles": false})).await.ok(200);
        let key = owner.post(&of(&acme, "api-keys"), json!({"title": "k", "permissions": []})).await.ok(201);
        let limits = json!({"limits": {"members": 9, "api_keys": 3}});
        owner.patch(&of(&acme, "limits"), limits).await.ok(200);
        owner.patch(&of(&sales, "limits"), json!({"limits": {"members": 4}})).await.ok(200);
        measure(&world.app).await.unwrap();
        let beside = usage(&owner, &acme, "&include_children=true").await;
        let limit = |of: &str, meter: &str| {
            let row = beside.iter().find(|row| row["organization_id"] == of && row["meter"] == meter);
            row.unwrap_or_else(|| panic!("{meter} of {of}")).get("limit").cloned()
        };
        assert_eq!((limit(&acme, "seats"), limit(&sales, "seats")), (Some(json!(9)), Some(json!(4))));
        assert_eq!((limit(&acme, "api_keys"), limit(&acme, "audit_storage_bytes")), (Some(json!(3)), None));
        let amount = async |meter: &str| of_meter(&owner, &acme, meter, "").await[0].1;
        assert_eq!((amount("seats").await, amount("api_keys").await), (2, 1));
        let bytes = amount("audit_storage_bytes").await;
        assert!(bytes > 1_000, "{bytes}");
        measure(&world.app).await.unwrap();
        assert_eq!(amount("audit_storage_bytes").await, bytes, "no event is added up twice");
        owner
            .post(&format!("/api/v1/{}/revoke", key["name"].as_str().unwrap()), json!({"reason": "UNUSED"}))
            .await
            .ok(200);
        measure(&world.app).await.unwrap();
        assert_eq!(amount("api_keys").await, 0);
        assert!(amount("audit_storage_bytes").await > bytes);
        let below = usage(&owner, &acme, "&meter=seats&include_children=true").await;
        let shown: Vec<_> = below.iter().map(|row| row["organization_id"].as_str().unwrap()).collect();
        assert!(shown.contains(&acme.as_str()) && shown.contains(&sales.as_str()), "{shown:?}");
        assert!(!shown.contains(&shut.as_str()) && !shown.contains(&beta.as_str()), "{shown:?}");
        // Page by page it is the same.
        let all = usage(&owner, &acme, "&include_children=true").await;
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let path =
                format!("{}?include_children=true&page_size=2&page_token={token}", of(&acme, "consumption"));
            let page = owner.get(&path).await.ok(200);
            paged.extend(page["consumption"].as_array().unwrap().clone());
            let Some(next) = page["next_page_token"].as_str() else { break };
            next.clone_into(&mut token);
        }
        assert_eq!(paged, all);
        otto.get(&of(&acme, "consumption")).await.problem(404, "not_found");
        told(&otto, &acme, json!([event("a", 1)])).await.problem(404, "not_found");
    })
    .await;
}
