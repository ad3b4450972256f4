//! What is broader than its use: which rows there are, and who may see them.

use polity_app::access::{flush_uses, sweep_uses};
use polity_testkit::{Actor, Value, World, json, on_each, roles};

use crate::groups::{give, group, inner, last, person, put};
use crate::rights::{child, encoded, id, key, member, of, permission, role};

/// Lets days pass: whoever goes on signs in anew.
pub async fn later(world: &World, days: u32, name: &str) -> Actor {
    world.pass_days(days).await;
    world.sign_in(name).await
}

/// What is broader than its use there, after all that was used is written down.
pub async fn unused(world: &World, actor: &Actor, organization: &str, query: &str) -> Vec<Value> {
    flush_uses(&world.app).await.unwrap();
    let path = of(organization, &format!("access/unused?page_size=1000{query}"));
    actor.get(&path).await.ok(200)["unused"].as_array().unwrap().clone()
}

/// The same, of one filter, for seven days.
pub async fn of_filter(world: &World, actor: &Actor, organization: &str, filter: &str) -> Vec<Value> {
    unused(world, actor, organization, &format!("&days=7&filter={}", encoded(filter))).await
}

/// Assigns a role, and gives the assignment's name.
pub async fn assign(actor: &Actor, organization: &str, kind: &str, whom: &str, role: &str) -> String {
    let body = json!({"principal": {"type": kind, "id": whom}, "role": role});
    let made = actor.post(&of(organization, "role-assignments"), body).await.ok(201);
    made["name"].as_str().unwrap().to_owned()
}

pub async fn ask(actor: &Actor, organization: &str, kind: &str, whom: &str, permission: &str) -> bool {
    let question = json!({"principal": {"type": kind, "id": whom}, "permission": permission});
    actor.post(&of(organization, "access/check"), question).await.ok(200)["allowed"].as_bool().unwrap()
}

fn permissions(row: &Value) -> Vec<&str> {
    row["unused_permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_role_that_is_broader_than_its_use_shows_with_what_was_not_used() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.publish", "members.read", "roles.create"]).await;
        let held = assign(&olga, &acme, "user", &ada.user_id, &clerk).await;
        let olga = later(world, 10, "olga").await;
        let filter = format!("role = {clerk} AND type = role_assignment");
        let row = of_filter(world, &olga, &acme, &filter).await;
        let expected = json!([{
            "type": "role_assignment",
            "name": held,
            "principal": {"type": "user", "id": ada.user_id},
            "role": format!("organizations/{acme}/roles/{clerk}"),
            "granted_count": 3,
            "unused_permissions": ["documents.publish", "members.read", "roles.create"],
            "never_used": true,
            "create_time": "2026-01-31T12:00:00.000Z",
        }]);
        assert_eq!(Value::Array(row), expected);

        // Polity's own permissions are used by acting, an application's by an allowed answer.
        world.sign_in("ada").await.get(&of(&acme, "members")).await.ok(200);
        assert!(ask(&olga, &acme, "user", &ada.user_id, "documents.publish").await);
        let row = of_filter(world, &olga, &acme, &filter).await;
        assert_eq!(permissions(&row[0]), ["roles.create"]);
        assert_eq!((&row[0]["last_used_date"], &row[0]["never_used"]), (&json!("2026-02-10"), &json!(false)));
        let of_role = of_filter(world, &olga, &acme, &format!("role = {clerk} AND type = role")).await;
        assert_eq!(permissions(&of_role[0]), ["roles.create"]);
        assert_eq!((&of_role[0]["title"], &of_role[0]["granted_count"]), (&json!("Clerk"), &json!(3)));
        assert!(of_role[0].get("principal").is_none());

        // A use counts for as many days as are asked about, and is remembered longer.
        let olga = later(world, 7, "olga").await;
        assert_eq!(permissions(&of_filter(world, &olga, &acme, &filter).await[0]), ["roles.create"]);
        let olga = later(world, 1, "olga").await;
        let row = of_filter(world, &olga, &acme, &filter).await;
        assert_eq!(permissions(&row[0]).len(), 3);
        assert_eq!((&row[0]["last_used_date"], &row[0]["never_used"]), (&json!("2026-02-10"), &json!(false)));

        // Once all of it is used there is nothing to say.
        for name in ["documents.publish", "members.read", "roles.create"] {
            assert!(ask(&olga, &acme, "user", &ada.user_id, name).await);
        }
        assert!(of_filter(world, &olga, &acme, &format!("role = {clerk}")).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_key_is_held_against_what_is_written_on_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let (machine, narrow) = key(world, &olga, &acme, &["audit.read", "members.read", "roles.read"]).await;
        let body =
            json!({"title": "far", "permissions": ["audit.read", "members.read"], "descendants": true});
        let made = olga.post(&of(&acme, "api-keys"), body).await.ok(201);
        let (far, far_id) =
            (world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap()))), id(&made));
        let (_, gone) = key(world, &olga, &acme, &["members.read"]).await;
        let olga = later(world, 10, "olga").await;
        let (young, _) = key(world, &olga, &acme, &["members.read", "tags.read"]).await;
        young.get(&of(&acme, "members")).await.ok(200);
        machine.get(&of(&acme, "members")).await.ok(200);
        far.get(&of(&north, "members")).await.ok(200);
        far.get(&of(&north, "tags")).await.problem(403, "permission_denied");
        let revoked = of(&acme, &format!("api-keys/{gone}/revoke"));
        olga.post(&revoked, json!({"reason": "UNUSED"})).await.ok(200);

        let rows = of_filter(world, &olga, &acme, "type = api_key").await;
        let named: Vec<_> = rows.iter().map(|row| row["principal"]["id"].as_str().unwrap()).collect();
        assert_eq!(named, [&narrow, &far_id], "the oldest first, no young and no revoked one");
        assert_eq!(permissions(&rows[0]), ["audit.read", "roles.read"]);
        assert_eq!(rows[0]["name"], format!("organizations/{acme}/api-keys/{narrow}"));
        assert_eq!((&rows[1]["title"], permissions(&rows[1])), (&json!("far"), vec!["audit.read"]));
    })
    .await;
}

#[tokio::test]
async fn what_anybody_in_a_group_uses_here_or_below_the_group_uses() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let south = child(&olga, &acme, "South").await;
        olga.patch(&format!("/api/v1/organizations/{south}"), json!({"inherits_roles": false})).await.ok(200);
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let (outer, within) = (group(&olga, &acme, "Outer").await, group(&olga, &acme, "Inner").await);
        let auditor = role(&olga, &acme, "Auditor", &["audit.read", "limits.read", "tags.create"]).await;
        give(&olga, &acme, &outer, &auditor).await.ok(201);
        put(&olga, &outer, inner(&within)).await.ok(201);
        put(&olga, &within, person(&ada)).await.ok(201);
        // Elsewhere the same is another matter: where nothing of Acme reaches it is used by what is held there.
        olga.post(&of(&south, "members"), json!({"user": ada.user_id, "roles": [roles::READER]}))
            .await
            .ok(201);
        let olga = later(world, 10, "olga").await;
        let filter = format!("group = {}", last(&outer));
        assert!(ask(&olga, &south, "user", &ada.user_id, "limits.read").await);
        assert_eq!(of_filter(world, &olga, &acme, &filter).await[0]["never_used"], true);
        world.sign_in("ada").await.get(&of(&north, "audit-events")).await.ok(200);
        let row = of_filter(world, &olga, &acme, &filter).await;
        assert_eq!(permissions(&row[0]), ["limits.read", "tags.create"]);
        // A group as such is asked about as well.
        assert!(ask(&olga, &acme, "group", last(&within), "limits.read").await);
        assert_eq!(permissions(&of_filter(world, &olga, &acme, &filter).await[0]), ["tags.create"]);
        let of_role = of_filter(world, &olga, &acme, &format!("role = {auditor} AND type = role")).await;
        assert_eq!(permissions(&of_role[0]), ["tags.create"]);
        // Who is in it no longer did it for another reason.
        let place = format!("{within}/members/{}", ada.user_id);
        assert_eq!(olga.delete(&place).await.status, 204);
        let row = of_filter(world, &olga, &acme, &filter).await;
        assert_eq!(permissions(&row[0]), ["audit.read", "tags.create"]);
    })
    .await;
}

#[tokio::test]
async fn what_a_key_does_for_a_service_account_the_account_did_also_when_the_key_is_gone() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let robot = id(&olga.post(&of(&acme, "service-accounts"), json!({"title": "Robot"})).await.ok(201));
        let auditor = role(&olga, &acme, "Auditor", &["audit.read", "limits.read"]).await;
        assign(&olga, &acme, "service_account", &robot, &auditor).await;
        let body = json!({"title": "key", "permissions": [], "service_account": robot});
        let made = olga.post(&of(&acme, "api-keys"), body).await.ok(201);
        let machine = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        let olga = later(world, 10, "olga").await;
        machine.get(&of(&acme, "audit-events")).await.ok(200);
        flush_uses(&world.app).await.unwrap();
        let revoked = of(&acme, &format!("api-keys/{}/revoke", id(&made)));
        olga.post(&revoked, json!({"reason": "ROTATED"})).await.ok(200);
        sweep_uses(&world.app).await.unwrap();
        let rows = of_filter(world, &olga, &acme, &format!("service_account = {robot}")).await;
        assert_eq!(permissions(&rows[0]), ["limits.read"]);
    })
    .await;
}

#[tokio::test]
async fn a_custom_role_is_used_by_whoever_holds_it_here_or_below() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::MEMBER).await;
        let clerk = role(&olga, &acme, "Clerk", &["tags.create", "tags.delete"]).await;
        let idle = role(&olga, &acme, "Idle", &["tags.create"]).await;
        assign(&olga, &north, "user", &ada.user_id, &clerk).await;
        let olga = later(world, 10, "olga").await;
        let ada = world.sign_in("ada").await;
        ada.post(&of(&north, "tags"), json!({"title": "urgent"})).await.ok(201);
        // By another role somebody else did the same.
        olga.post(&of(&acme, "tags"), json!({"title": "late"})).await.ok(201);
        let rows = of_filter(world, &olga, &acme, "type = role").await;
        let shown: Vec<_> =
            rows.iter().map(|row| (row["title"].as_str().unwrap(), permissions(row))).collect();
        assert_eq!(shown, [("Clerk", vec!["tags.delete"]), ("Idle", vec!["tags.create"])]);
        assert_eq!(rows[1]["name"], format!("organizations/{acme}/roles/{idle}"));
        assert_eq!((&rows[0]["never_used"], &rows[1]["never_used"]), (&json!(false), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn nothing_is_called_unused_for_longer_than_it_was_there_or_was_looked_at() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let olga = later(world, 10, "olga").await;
        let clerk = role(&olga, &acme, "Clerk", &["tags.create"]).await;
        assign(&olga, &acme, "user", &ada.user_id, &clerk).await;
        let path = of(&acme, "access/unused");
        for query in ["", "?days=11", "?days=365"] {
            let answer = olga.get(&format!("{path}{query}")).await.ok(200);
            assert_eq!(answer, json!({"unused": [], "observed_since": "2026-01-31T12:00:00.000Z"}), "{query}");
        }
        assert!(!unused(world, &olga, &acme, "&days=10").await.is_empty());
        assert!(of_filter(world, &olga, &acme, &format!("role = {clerk}")).await.is_empty(), "it is new");
        // What has ended gives nothing to anybody.
        let until = "2026-02-20T12:00:00Z";
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": roles::BILLING, "expire_time": until});
        olga.post(&of(&acme, "role-assignments"), body).await.ok(201);
        let olga = later(world, 9, "olga").await;
        let filter = format!("role = {clerk} OR role = {}", roles::BILLING);
        let found = of_filter(world, &olga, &acme, &filter).await;
        assert_eq!(found.len(), 3, "two grants and the role: {found:?}");
        let olga = later(world, 1, "olga").await;
        assert_eq!(of_filter(world, &olga, &acme, &filter).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn ten_01_only_who_may_explain_access_sees_what_is_unused_and_only_of_what_they_may_list() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (eve, _) = world.tenant("Beta", "eve").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        role(&olga, &acme, "Clerk", &["tags.create"]).await;
        let mut keys = Vec::new();
        for also in ["access.check", "role_assignments.read", "api_keys.read", "roles.read"] {
            keys.push((key(world, &olga, &acme, &["access.explain", also]).await.0, also));
        }
        let (reader, _) = key(
            world,
            &olga,
            &acme,
            &["access.check", "role_assignments.read", "api_keys.read", "roles.read"],
        )
        .await;
        let path = of(&acme, "access/unused?days=7");
        world.nobody().get(&path).await.problem(401, "unauthenticated");
        let stranger = eve.get(&path).await.problem(404, "not_found");
        let nowhere = of("org_01h455vb4pex5vsknk084sn02q", "access/unused?days=7");
        assert_eq!(stranger["detail"], eve.get(&nowhere).await.problem(404, "not_found")["detail"]);
        // Who may not see it is not told about the parameters either.
        eve.get(&of(&acme, "access/unused?days=0")).await.problem(404, "not_found");
        for lacking in [&ada, &reader] {
            let refused = lacking.get(&path).await.problem(403, "permission_denied");
            assert_eq!(refused["required_permission"], "access.explain");
        }
        let olga = later(world, 10, "olga").await;
        let kinds = |rows: Vec<Value>| {
            let mut kinds: Vec<_> = rows.iter().map(|row| row["type"].as_str().unwrap().to_owned()).collect();
            kinds.dedup();
            kinds
        };
        let all = kinds(unused(world, &olga, &acme, "&days=7").await);
        assert_eq!(all, ["role_assignment", "api_key", "role"]);
        for (machine, also) in keys {
            let shown = kinds(unused(world, &machine, &acme, "&days=7").await);
            let expected: &[&str] = match also {
                "role_assignments.read" => &["role_assignment"],
                "api_keys.read" => &["api_key"],
                "roles.read" => &["role"],
                _ => &[],
            };
            assert_eq!(shown, expected, "{also}");
        }
    })
    .await;
}

#[tokio::test]
async fn pages_hold_each_once_and_days_have_their_bounds() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        for number in 0..5 {
            let clerk = role(&olga, &acme, &format!("Clerk {number}"), &["tags.create"]).await;
            assign(&olga, &acme, "user", &ada.user_id, &clerk).await;
            key(world, &olga, &acme, &["tags.create"]).await;
        }
        let olga = later(world, 10, "olga").await;
        let path = of(&acme, "access/unused");
        let all = unused(world, &olga, &acme, "&days=7").await;
        // The owner's and the member's own roles are among them.
        assert_eq!(all.len(), 17, "{all:?}");
        for size in [1, 2, 5, 16, 17] {
            let (mut seen, mut token) = (Vec::new(), String::new());
            loop {
                let page =
                    olga.get(&format!("{path}?days=7&page_size={size}&page_token={token}")).await.ok(200);
                let rows = page["unused"].as_array().unwrap();
                assert!(!rows.is_empty() && rows.len() <= size, "{size}: {}", rows.len());
                seen.extend(rows.iter().cloned());
                let Some(next) = page["next_page_token"].as_str() else { break };
                token = next.to_owned();
            }
            assert_eq!(seen, all, "{size}");
        }
        let first = olga.get(&format!("{path}?days=7&page_size=2")).await.ok(200);
        let token = first["next_page_token"].as_str().unwrap();
        let other = olga.get(&format!("{path}?days=8&page_size=2&page_token={token}")).await;
        other.problem(400, "page_token_mismatch");
        olga.get(&format!("{path}?days=7&page_size=2&page_token={token}x"))
            .await
            .problem(400, "invalid_page_token");
        for days in ["0", "366", "-1", "100000000000"] {
            let refused = olga.get(&format!("{path}?days={days}")).await.problem(400, "invalid_parameter");
            assert_eq!(refused["errors"][0]["field"], "days", "{days}");
        }
        for query in
            ["days=x", "order_by=create_time", "show_total=true", "filter=nothing%3D1", "page_size=-1"]
        {
            assert_eq!(olga.get(&format!("{path}?{query}")).await.status, 400, "{query}");
        }
        for days in ["1", "365"] {
            olga.get(&format!("{path}?days={days}")).await.ok(200);
        }
        let never = of_filter(world, &olga, &acme, "never_used = true AND type = role").await;
        assert_eq!(never.len(), 5);
        let of_ada = of_filter(world, &olga, &acme, &format!("user = {}", ada.user_id)).await;
        assert_eq!(of_ada.len(), 6);
        assert_eq!(olga.delete(&member(&acme, &ada)).await.status, 204);
        assert!(of_filter(world, &olga, &acme, &format!("user = {}", ada.user_id)).await.is_empty());
    })
    .await;
}
