//! The access log: who signed in and who asked what, and nobody else's business.

use polity_app::access_log::flush;
use polity_testkit::{Actor, PASSWORD, Value, World, json, on_each, on_each_with, roles};

use crate::rights::{child, encoded, of};

/// The log as the owner reads it: what was noted is written down first.
async fn log(world: &World, actor: &Actor, organization: &str, query: &str) -> Vec<Value> {
    flush(&world.app).await.unwrap();
    let path = format!("{}?page_size=1000{query}", of(organization, "access-log"));
    actor.get(&path).await.ok(200)["access_log"].as_array().unwrap().clone()
}

async fn filtered(world: &World, actor: &Actor, organization: &str, filter: &str) -> Vec<Value> {
    log(world, actor, organization, &format!("&filter={}", encoded(filter))).await
}

#[tokio::test]
async fn aud_02_aud_11_a_request_leaves_a_row_also_when_it_is_denied_or_reads_a_log() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let max = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let answer = max.get(&of(&acme, "audit-events?filter=secret%3D1")).await;
        assert_eq!(answer.status, 403);
        let rows = filtered(world, &owner, &acme, "status = FAILURE").await;
        assert_eq!(rows.len(), 1, "{rows:?}");
        let expected = json!({
            "id": rows[0]["id"], "organization": format!("organizations/{acme}"), "time": rows[0]["time"],
            "user": {"id": max.user_id, "email": "max@example.com"}, "action": "API_REQUEST", "status": "FAILURE",
            "method": "GET", "route": "/api/v1/organizations/{organization_id}/audit-events", "http_status": 403,
            "ip_address": "127.0.0.1", "request_id": answer.header("x-request-id"),
        });
        assert_eq!(rows[0], expected, "neither the query nor anything else that was written");
        log(world, &owner, &acme, "").await;
        let reading = filtered(world, &owner, &acme, "route = \"*/access-log\" AND status = SUCCESS").await;
        assert!(reading.len() >= 2, "{reading:?}");
        owner.post(&of(&acme, "audit-events/export"), json!({"format": "CSV"})).await;
        let exported = filtered(world, &owner, &acme, "action = EXPORT").await;
        assert_eq!((exported.len(), &exported[0]["user"]["id"]), (1, &json!(owner.user_id)));
    })
    .await;
}

#[tokio::test]
async fn key_09_aud_08_neither_a_secret_nor_an_id_of_the_path_gets_into_the_log() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let body = json!({"title": "k", "permissions": ["members.read"]});
        let made = owner.post(&of(&acme, "api-keys"), body).await.ok(201);
        let secret = made["secret"].as_str().unwrap();
        let key = world.with(Some(format!("Api-Key {secret}"))).header("user-agent", "ci/1");
        key.get(&of(&acme, "members")).await.ok(200);
        key.get(&of(&acme, &format!("members?page_token={secret}"))).await.problem(400, "invalid_page_token");
        let rows = log(world, &owner, &acme, "").await;
        assert!(!json!(rows).to_string().contains(secret));
        let own = format!("api_key = \"{}\"", made["id"].as_str().unwrap());
        let rows = filtered(world, &owner, &acme, &own).await;
        let told: Vec<_> =
            rows.iter().map(|row| (row["http_status"].as_u64(), row["route"].as_str())).collect();
        let prefix = "/api/v1/organizations/{organization_id}/";
        let members = format!("{prefix}members");
        assert!(told.contains(&(Some(200), Some(members.as_str()))), "{told:?}");
        assert_eq!(rows.len(), 2);
        assert!(rows.iter().all(|row| row["user_agent"] == "ci/1" && row.get("user").is_none()));
        assert_eq!(filtered(world, &owner, &acme, &format!("{own} AND http_status = 200")).await.len(), 1);
        assert_eq!(filtered(world, &owner, &acme, "method = POST AND route:\"api-keys\"").await.len(), 1);
        // A question that products ask at each request of theirs is no row.
        let verify = json!({"key": secret});
        owner.post("/api/v1/api-keys/verify", verify).await.ok(200);
        let body = json!({"principal": {"type": "user", "id": owner.user_id}, "permission": "members.read"});
        owner.post(&of(&acme, "access/check"), body).await.ok(200);
        assert!(
            filtered(world, &owner, &acme, "route:\"access/check\" OR route:\"api-keys/verify\"")
                .await
                .is_empty()
        );
    })
    .await;
}

#[tokio::test]
async fn sign_ins_are_seen_by_the_organizations_of_which_somebody_is_a_member_by_then() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        world.person("max").await;
        world.sign_in("max").await;
        world.clock.advance(60);
        world.invite(&owner, &acme, "max", roles::MEMBER).await;
        let token = world.mailed_token("max@example.com").await;
        let max = world.sign_in("max").await;
        world.clock.advance(1);
        max.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        world.clock.advance(60);
        let wrong = json!({"email": "max@example.com", "password": "not the password"});
        world.nobody().post("/api/v1/auth/login", wrong).await.problem(401, "invalid_credentials");
        let max = world.sign_in("max").await;
        max.post("/api/v1/auth/logout", json!({})).await;
        let wrong = json!({"email": "nobody@example.com", "password": PASSWORD});
        world.nobody().post("/api/v1/auth/login", wrong).await.problem(401, "invalid_credentials");
        let by_max = format!("user = \"{}\" AND action != API_REQUEST", max.user_id);
        let rows = filtered(world, &owner, &acme, &by_max).await;
        let told: Vec<_> = rows.iter().map(|row| (row["action"].as_str(), row["status"].as_str())).collect();
        let expected = [("LOGOUT", "SUCCESS"), ("LOGIN", "SUCCESS"), ("LOGIN_FAILED", "FAILURE")];
        assert_eq!(
            told,
            expected.map(|(action, status)| (Some(action), Some(status))),
            "not what was before"
        );
        assert_eq!(rows[0]["user"]["email"], "max@example.com");
        assert_eq!(rows[0]["organization"], format!("organizations/{acme}"));
        assert!(filtered(world, &otto, &beta, &by_max).await.is_empty());
        // Who left is no longer seen; what was seen stays.
        owner.delete(&crate::rights::member(&acme, &max)).await;
        world.clock.advance(60);
        world.sign_in("max").await;
        let left = filtered(world, &owner, &acme, &by_max).await;
        let ids = |rows: &[Value]| rows.iter().map(|row| row["id"].clone()).collect::<Vec<_>>();
        assert_eq!(ids(&left), ids(&rows));
        assert!(left.iter().all(|row| row["user"].get("email").is_none()), "a stranger by now: {left:?}");
    })
    .await;
}

#[tokio::test]
async fn pages_go_on_through_requests_and_sign_ins() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for _ in 0..4 {
            world.clock.advance(1);
            world.sign_in("olga").await;
            world.clock.advance(1);
            owner.get(&of(&acme, "members")).await.ok(200);
        }
        flush(&world.app).await.unwrap();
        let until = "&filter=time%20%3C%20%222026-01-31T12:00:09Z%22";
        let all = log(world, &owner, &acme, until).await;
        let (mut paged, mut token) = (Vec::new(), String::new());
        loop {
            let path =
                format!("{}?page_size=3&show_total=true{until}&page_token={token}", of(&acme, "access-log"));
            let page = owner.get(&path).await.ok(200);
            assert_eq!(page["total_size"], all.len());
            paged.extend(page["access_log"].as_array().unwrap().clone());
            match page["next_page_token"].as_str() {
                Some(next) => next.clone_into(&mut token),
                None => break,
            }
        }
        assert_eq!(paged, all);
        let times: Vec<_> = all.iter().map(|row| row["time"].as_str().unwrap()).collect();
        assert!(times.is_sorted_by(|newer, older| newer >= older) && all.len() >= 8, "{times:?}");
    })
    .await;
}

#[tokio::test]
async fn ten_01_a_log_is_its_organization_s_own() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (stranger, beta) = world.tenant("Beta", "otto").await;
        let sales = child(&owner, &acme, "Sales").await;
        let max = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let denied = max.get(&of(&acme, "access-log")).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "access_log.read");
        world.nobody().get(&of(&acme, "access-log")).await.problem(401, "unauthenticated");
        stranger.get(&of(&acme, "access-log")).await.problem(404, "not_found");
        // What somebody tried who is nobody there shows who it was, and not their address.
        let tried = filtered(world, &owner, &acme, "http_status = 404").await;
        assert_eq!(tried[0]["user"], json!({"id": stranger.user_id}));
        for row in log(world, &stranger, &beta, "").await {
            assert_ne!(row["organization"], format!("organizations/{acme}"));
        }
        owner.get(&of(&sales, "members")).await.ok(200);
        let rows = log(world, &owner, &acme, "").await;
        assert!(rows.iter().all(|row| row["organization"] != format!("organizations/{sales}")));
        // An id that never existed is nobody's row, and stands in no other's way.
        owner.get(&of("org_01h455vb4pex5vsknk084sn02q", "members")).await.problem(404, "not_found");
        owner.get(&of(&acme, "members")).await.ok(200);
        let after = log(world, &owner, &acme, "").await;
        assert!(after.len() > rows.len());
        for refused in ["&filter=secret%3D1", "&order_by=time", "&page_token=x"] {
            let path = format!("{}?page_size=5{refused}", of(&acme, "access-log"));
            assert_eq!(owner.get(&path).await.status, 400, "{refused}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_there_is_no_room_for_is_counted_and_no_request_waits() {
    on_each_with(
        |settings| settings.access_log_room = 3,
        async |world| {
            let (owner, acme) = world.tenant("Acme", "olga").await;
            flush(&world.app).await.unwrap();
            for _ in 0..10 {
                owner.get(&of(&acme, "members")).await.ok(200);
            }
            let rows = filtered(world, &owner, &acme, "route:members OR action = LOST").await;
            let kept = rows.iter().filter(|row| row["action"] == "API_REQUEST").count();
            let lost: u64 = rows.iter().filter_map(|row| row["lost"].as_u64()).sum();
            assert_eq!((kept, lost), (3, 7), "{rows:?}");
        },
    )
    .await;
}

#[tokio::test]
async fn what_cannot_be_written_waits_and_what_is_old_is_forgotten() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        flush(&world.app).await.unwrap();
        owner.get(&of(&acme, "members")).await.ok(200);
        world.sql("ALTER TABLE access_log RENAME TO away").await;
        flush(&world.app).await.unwrap_err();
        world.sql("ALTER TABLE away RENAME TO access_log").await;
        assert_eq!(filtered(world, &owner, &acme, "route:members").await.len(), 1);
        let store = &world.app.store;
        assert_eq!(store.sweep_access_log(polity_domain::time::Time(0), 500).await.unwrap(), 0);
        let all = polity_domain::time::Time::MAX;
        assert!(store.sweep_access_log(all, 1).await.unwrap() == 1, "in batches");
        while store.sweep_access_log(all, 500).await.unwrap() > 0 {}
        assert!(filtered(world, &owner, &acme, "route:members").await.is_empty());
    })
    .await;
}
