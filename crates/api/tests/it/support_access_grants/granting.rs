//! Who lets the staff in, and how.

use polity_testkit::{json, on_each, on_each_with, roles};

use super::{grant, itself, one, prefer, scene, workspace};
use crate::rights::{assert_sound, child, encoded, id, key, of, role};

#[tokio::test]
async fn a_grant_is_made_looked_at_and_ended() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (owner, acme) = (&scene.owner, &scene.acme);
        let path = of(acme, "support-access-grants");
        let answer = owner.post(&path, json!({"reason": "Ticket 4711"})).await;
        let (tag, location) = (answer.header("etag").to_owned(), answer.header("location").to_owned());
        let made = answer.ok(201);
        let id = id(&made);
        assert_eq!(location, one(acme, &id));
        let expected = json!({
            "name": format!("organizations/{acme}/support-access-grants/{id}"), "id": id, "access": "READ_ONLY",
            "descendants": false, "reason": "Ticket 4711", "state": "ACTIVE",
            "creator": {"type": "user", "id": owner.user_id}, "create_time": "2026-01-31T12:00:00.000Z",
            "update_time": "2026-01-31T12:00:00.000Z", "expire_time": "2026-02-01T12:00:00.000Z",
        });
        assert_eq!(made, expected);
        let seen = owner.get(&location).await;
        assert_eq!((seen.header("etag"), &seen.body), (tag.as_str(), &expected));
        let stale = "\"0\"";
        owner.header("if-match", stale).delete(&location).await.problem(412, "etag_mismatch");
        world.clock.advance(60);
        assert_eq!(owner.header("if-match", &tag).delete(&location).await.status, 204);
        let ended = owner.get(&location).await.ok(200);
        assert_eq!(
            (&ended["state"], &ended["end_reason"], &ended["end_time"]),
            (&json!("REVOKED"), &json!("REVOKED"), &json!("2026-01-31T12:01:00.000Z"))
        );
        owner.delete(&location).await.problem(409, "wrong_state");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn grants_are_listed_filtered_and_ordered() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (owner, acme) = (&scene.owner, &scene.acme);
        let first = grant(owner, acme, json!({"ttl_seconds": 60})).await;
        world.clock.advance(1);
        let second = grant(owner, acme, json!({"access": "READ_WRITE", "user": scene.staff.user_id})).await;
        world.clock.advance(1);
        let third = grant(owner, acme, json!({"descendants": true, "ttl_seconds": 600})).await;
        world.clock.advance(60);
        assert_eq!(owner.delete(&one(acme, &third)).await.status, 204);
        let listed = async |query: &str| {
            let path = of(acme, &format!("support-access-grants?{query}"));
            let all = owner.get(&path).await.ok(200);
            all["support_access_grants"].as_array().unwrap().iter().map(id).collect::<Vec<_>>()
        };
        let filtered = async |filter: &str| listed(&format!("filter={}", encoded(filter))).await;
        assert_eq!(listed("").await, [third.clone(), second.clone(), first.clone()]);
        assert_eq!(listed("order_by=expire_time").await, [first.clone(), third.clone(), second.clone()]);
        assert_eq!(filtered("state = ACTIVE").await, std::slice::from_ref(&second));
        assert_eq!(filtered("state = EXPIRED").await, std::slice::from_ref(&first));
        assert_eq!(filtered("state = REVOKED OR access = READ_WRITE").await, [third.clone(), second.clone()]);
        assert_eq!(filtered(&format!("user = \"{}\"", scene.staff.user_id)).await, [second]);
        assert_eq!(filtered("descendants = true").await, [third]);
        let page = owner.get(&of(acme, "support-access-grants?page_size=2&show_total=true")).await.ok(200);
        assert_eq!(page["total_size"], 3);
        let token = page["next_page_token"].as_str().unwrap();
        let path = format!("page_size=2&show_total=true&page_token={token}");
        assert_eq!(listed(&path).await, [first]);
        owner.get(&of(acme, "support-access-grants?filter=secret%3D1")).await.problem(400, "invalid_filter");
    })
    .await;
}

#[tokio::test]
async fn esc_23_where_the_support_team_is_not_let_in_nothing_can_be_granted() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "support-access-grants");
        let body = json!({"reason": "Ticket 4711"});
        owner.post(&path, body.clone()).await.problem(409, "support_access_off");
        let below = child(&owner, &acme, "Works").await;
        prefer(&owner, &acme, true).await;
        owner.post(&path, body.clone()).await.ok(201);
        let path = of(&below, "support-access-grants");
        owner.post(&path, body.clone()).await.problem(409, "support_access_off");
        prefer(&owner, &acme, false).await;
        owner.post(&of(&acme, "support-access-grants"), body).await.problem(409, "support_access_off");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_grant_that_is_not_of_its_form_is_refused() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (owner, acme) = (&scene.owner, &scene.acme);
        let (_, beta) = world.tenant("Beta", "otto").await;
        let path = of(acme, "support-access-grants");
        let gone = workspace(owner, acme, "Gone").await;
        assert_eq!(owner.delete(&of(acme, &format!("workspaces/{gone}"))).await.status, 204);
        let never = "wks_01h455vb4pex5vsknk084sn02q";
        for (body, field, code) in [
            (json!({}), "/reason", "missing_field"),
            (json!({"reason": ""}), "/reason", "invalid_value"),
            (json!({"reason": " \n"}), "/reason", "invalid_value"),
            (json!({"reason": "a\u{202e}b"}), "/reason", "invalid_value"),
            (json!({"reason": "x".repeat(501)}), "/reason", "invalid_value"),
            (json!({"reason": "x", "ttl_seconds": 59}), "/ttl_seconds", "invalid_value"),
            (json!({"reason": "x", "ttl_seconds": 2_592_001}), "/ttl_seconds", "invalid_value"),
            (json!({"reason": "x", "ttl_seconds": i64::MAX}), "/ttl_seconds", "invalid_value"),
            (json!({"reason": "x", "expire_time": "2036-01-01T00:00:00Z"}), "/expire_time", "unknown_field"),
            (json!({"reason": "x", "workspaces": []}), "/workspaces", "invalid_value"),
            (json!({"reason": "x", "workspaces": vec![never; 101]}), "/workspaces", "invalid_value"),
            (json!({"reason": "x", "workspaces": [never]}), "/workspaces", "unknown_workspace"),
            (json!({"reason": "x", "workspaces": [gone]}), "/workspaces", "unknown_workspace"),
            (
                json!({"reason": "x", "workspaces": [never], "descendants": true}),
                "/descendants",
                "invalid_value",
            ),
        ] {
            let problem = owner.post(&path, body).await.problem(400, code);
            assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        }
        owner.post(&path, json!({"reason": "x", "access": "OWNER"})).await.problem(400, "invalid_value");
        owner.post(&path, json!({"reason": "x", "user": beta})).await.problem(400, "invalid_id");
        owner.post(&path, json!({"reason": "x", "ttl_seconds": 2_592_000})).await.ok(201);
        assert_eq!(owner.get(&path).await.ok(200)["support_access_grants"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_longest_life_is_configured() {
    on_each_with(
        |settings| settings.support_access_max_ttl_seconds = 3_600,
        async |world| {
            let scene = scene(world).await;
            let path = of(&scene.acme, "support-access-grants");
            let longer = json!({"reason": "x", "ttl_seconds": 3_601});
            scene.owner.post(&path, longer).await.problem(400, "invalid_value");
            let made = scene.owner.post(&path, json!({"reason": "x"})).await.ok(201);
            assert_eq!(made["expire_time"], "2026-01-31T13:00:00.000Z", "no longer than it may be");
        },
    )
    .await;
}

#[tokio::test]
async fn esc_23_nobody_lets_do_more_than_they_may_do_themselves() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (owner, acme) = (&scene.owner, &scene.acme);
        let path = of(acme, "support-access-grants");
        let narrow = ["support_access_grants.create", "organizations.read", "workspaces.read"];
        let narrow = role(owner, acme, "Door", &narrow).await;
        let max = world.join(owner, acme, "max", &narrow).await;
        let own = workspace(owner, acme, "Research").await;
        for body in [
            json!({"reason": "x"}),
            json!({"reason": "x", "access": "READ_WRITE"}),
            json!({"reason": "x", "workspaces": [own]}),
        ] {
            max.post(&path, body).await.problem(403, "cannot_grant");
        }
        // Whoever reads everything lets read, and no more.
        let opener = role(owner, acme, "Opener", &["support_access_grants.create"]).await;
        let ann = world.join(owner, acme, "ann", &opener).await;
        let held = json!({"principal": {"type": "user", "id": ann.user_id}, "role": roles::READER});
        owner.post(&of(acme, "role-assignments"), held).await.ok(201);
        ann.post(&path, json!({"reason": "x", "access": "READ_WRITE"})).await.problem(403, "cannot_grant");
        ann.post(&path, json!({"reason": "x"})).await.ok(201);
        // A key that does not hold below lets nobody in there.
        child(owner, acme, "Works").await;
        let names = owner.get(&of(acme, "permissions?page_size=1000")).await.ok(200);
        let all: Vec<&str> =
            names["permissions"].as_array().unwrap().iter().map(|one| one["id"].as_str().unwrap()).collect();
        let (robot, _) = key(world, owner, acme, &all).await;
        robot.post(&path, json!({"reason": "x", "descendants": true})).await.problem(403, "cannot_grant");
        let made = robot.post(&path, json!({"reason": "x"})).await.ok(201);
        assert_eq!(made["creator"]["type"], "api_key");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn the_staffs_own_organization_lets_nobody_in_this_way() {
    on_each(async |world| {
        let scene = scene(world).await;
        prefer(&scene.root, "root", true).await;
        let path = of("root", "support-access-grants");
        scene.root.post(&path, json!({"reason": "x"})).await.problem(409, "root_organization");
        scene.staff.get(&of("root", "members")).await.problem(403, "permission_denied");
        scene.staff.get(&itself("root")).await.problem(403, "permission_denied");
    })
    .await;
}

#[tokio::test]
async fn a_grant_of_another_organization_is_not_there() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        let made = grant(&scene.owner, &scene.acme, json!({})).await;
        otto.get(&one(&beta, &made)).await.problem(404, "not_found");
        otto.delete(&one(&beta, &made)).await.problem(404, "not_found");
        otto.delete(&one(&scene.acme, &made)).await.problem(404, "not_found");
        let member = world.join(&scene.owner, &scene.acme, "max", roles::READER).await;
        member.get(&one(&scene.acme, &made)).await.ok(200);
        let denied = member.delete(&one(&scene.acme, &made)).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "support_access_grants.revoke");
        assert_eq!(scene.owner.get(&one(&scene.acme, &made)).await.ok(200)["state"], "ACTIVE");
    })
    .await;
}

#[tokio::test]
async fn there_are_at_most_a_hundred_active_grants() {
    on_each(async |world| {
        let scene = scene(world).await;
        let (owner, acme) = (&scene.owner, &scene.acme);
        for number in 0..100 {
            grant(owner, acme, json!({"ttl_seconds": if number == 0 { 60 } else { 600 }})).await;
        }
        let path = of(acme, "support-access-grants");
        owner.post(&path, json!({"reason": "x"})).await.problem(409, "limit_reached");
        world.clock.advance(60);
        owner.post(&path, json!({"reason": "x"})).await.ok(201);
        owner.post(&path, json!({"reason": "x"})).await.problem(409, "limit_reached");
    })
    .await;
}
