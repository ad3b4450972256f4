//! What is a use, when it is written down, and when it is forgotten.

use polity_app::access::{flush_uses, sweep_uses};
use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::roles::Principal;
use polity_testkit::{Value, World, json, on_each, roles};

use super::unused::{ask, assign, later, of_filter};
use crate::rights::{child, key, member, of, role};

/// How many rows of uses there are of an organization.
async fn rows(world: &World, organization: &str) -> i64 {
    let id = world.literal(organization);
    world.number(&format!("SELECT count(*) FROM permission_uses WHERE organization_id = {id}")).await
}

fn permissions(rows: &[Value]) -> Vec<&str> {
    let names = rows.iter().flat_map(|row| row["unused_permissions"].as_array().unwrap());
    names.map(|name| name.as_str().unwrap()).collect()
}

#[tokio::test]
async fn only_what_is_allowed_now_and_done_is_a_use() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let allowed = ["tags.create", "tags.delete", "tags.update"];
        let clerk = role(&olga, &acme, "Clerk", &allowed).await;
        let held = assign(&olga, &acme, "user", &ada.user_id, &clerk).await;
        let olga = later(world, 10, "olga").await;
        let mine = format!("role = {clerk} AND type = role_assignment");
        let owners = format!("user = {} AND role = {}", olga.user_id, roles::OWNER);
        let unused = async || permissions(&of_filter(world, &olga, &acme, &mine).await).len();
        // Denied, explained, listed, asked about the past: none is a use.
        let subject = json!({"type": "user", "id": ada.user_id});
        let question = json!({"principal": subject, "permission": "tags.create"});
        assert!(!ask(&olga, &acme, "user", &ada.user_id, "members.add").await);
        let explained = olga.post(&of(&acme, "access/explain"), question.clone()).await.ok(200);
        assert_eq!(explained["allowed"], true);
        olga.post(&of(&acme, "access/list-permissions"), json!({"principal": subject})).await.ok(200);
        olga.post(&of(&acme, "access/list-principals"), json!({"permission": "tags.create"})).await.ok(200);
        let revision = explained["revision"].as_str().unwrap();
        let mut past = question.clone();
        past["at_revision"] = json!(revision);
        let then = olga.post(&of(&acme, "access/check"), past).await.ok(200);
        assert_eq!(then["allowed"], true);
        assert_eq!(unused().await, 3);
        // Of many questions each that is allowed.
        let mut denied = question.clone();
        denied["permission"] = json!("members.add");
        let mut other = question.clone();
        other["permission"] = json!("tags.update");
        let checks = json!({"checks": [question, denied, other]});
        olga.post(&of(&acme, "access/batch-check"), checks).await.ok(200);
        let found = of_filter(world, &olga, &acme, &mine).await;
        assert_eq!(permissions(&found), ["tags.delete"]);
        assert!(!permissions(&of_filter(world, &olga, &acme, &owners).await).contains(&"access.explain"));

        // What is only looked at is no use; doing it is.
        let path = format!("/api/v1/{held}");
        let found = of_filter(world, &olga, &acme, &owners).await;
        assert!(permissions(&found).contains(&"role_assignments.delete"));
        olga.delete(&format!("{path}?validate_only=true")).await.ok(200);
        let found = of_filter(world, &olga, &acme, &owners).await;
        assert!(permissions(&found).contains(&"role_assignments.delete"), "it was a preview");
        assert_eq!(olga.delete(&path).await.status, 204);
        let found = of_filter(world, &olga, &acme, &owners).await;
        assert!(!permissions(&found).contains(&"role_assignments.delete"));
        // Leave that was refused is none.
        let ada = world.sign_in("ada").await;
        ada.post(&of(&acme, "tags"), json!({"title": "urgent"})).await.problem(403, "permission_denied");
        let member_role = format!("user = {} AND role = {}", ada.user_id, roles::MEMBER);
        let before = permissions(&of_filter(world, &olga, &acme, &member_role).await).len();
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        assert_eq!(permissions(&of_filter(world, &olga, &acme, &member_role).await).len(), before);
    })
    .await;
}

#[tokio::test]
async fn asking_about_oneself_uses_no_right_to_ask_about_others() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (machine, id) = key(world, &olga, &acme, &["access.check", "tags.read"]).await;
        let olga = later(world, 10, "olga").await;
        let filter = format!("api_key = {id}");
        assert!(ask(&machine, &acme, "api_key", &id, "tags.read").await);
        assert_eq!(permissions(&of_filter(world, &olga, &acme, &filter).await), ["access.check"]);
        assert!(ask(&machine, &acme, "user", &olga.user_id, "tags.read").await);
        assert!(of_filter(world, &olga, &acme, &filter).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn key_10_a_use_is_written_by_the_worker_once_a_day_and_by_no_request() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        olga.get(&of(&acme, "members")).await.ok(200);
        flush_uses(&world.app).await.unwrap();
        let before = rows(world, &acme).await;
        let (machine, _) = key(world, &olga, &acme, &["members.read"]).await;
        machine.get(&of(&acme, "members")).await.ok(200);
        let (_, statements) = world.statements_of(machine.get(&of(&acme, "members"))).await;
        assert!(statements.iter().all(|sql| !sql.contains("permission_uses")), "{statements:?}");
        assert_eq!(rows(world, &acme).await, before);
        let (_, statements) = world.statements_of(flush_uses(&world.app)).await;
        assert!(statements.iter().any(|sql| sql.contains("permission_uses")));
        assert_eq!(rows(world, &acme).await, before + 1);
        for _ in 0..3 {
            machine.get(&of(&acme, "members")).await.ok(200);
        }
        let (_, statements) = world.statements_of(flush_uses(&world.app)).await;
        assert!(statements.is_empty(), "it is known of today: {statements:?}");
        world.clock.advance(86_400);
        machine.get(&of(&acme, "members")).await.ok(200);
        let (_, statements) = world.statements_of(flush_uses(&world.app)).await;
        assert!(statements.iter().any(|sql| sql.contains("permission_uses")), "a new day is news");
        assert_eq!(rows(world, &acme).await, before + 1);
    })
    .await;
}

#[tokio::test]
async fn what_two_servers_note_at_once_both_is_kept() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let names = ["tags.create", "tags.delete", "tags.read", "tags.update"];
        let clerk = role(&olga, &acme, "Clerk", &names).await;
        assign(&olga, &acme, "user", &olga.user_id, &clerk).await;
        let second = world.second().await;
        let second = second.as_ref().unwrap_or(&world.app);
        let at: OrganizationId = acme.parse().unwrap();
        let principal = Principal::User(olga.user_id.parse::<UserId>().unwrap());
        let olga = later(world, 10, "olga").await;
        let now = world.app.clock.now();
        for pair in names.chunks(2) {
            world.app.uses.note(at, &principal, pair[0], now);
            second.uses.note(at, &principal, pair[1], now);
            let (one, other) = tokio::join!(flush_uses(&world.app), flush_uses(second));
            one.unwrap();
            other.unwrap();
        }
        assert!(of_filter(world, &olga, &acme, &format!("role = {clerk}")).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn uses_go_with_whoever_is_gone_and_stay_with_whoever_holds_something_above() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::READER).await;
        let (machine, id) = key(world, &olga, &acme, &["members.read"]).await;
        olga.get(&of(&acme, "tags")).await.ok(200);
        flush_uses(&world.app).await.unwrap();
        let owner_only = rows(world, &acme).await;
        ada.get(&of(&north, "members")).await.ok(200);
        ada.get(&of(&acme, "members")).await.ok(200);
        machine.get(&of(&acme, "members")).await.ok(200);
        flush_uses(&world.app).await.unwrap();
        sweep_uses(&world.app).await.unwrap();
        assert_eq!(rows(world, &acme).await, owner_only + 2);
        let below = rows(world, &north).await;
        assert_eq!(olga.delete(&member(&acme, &ada)).await.status, 204);
        let revoked = of(&acme, &format!("api-keys/{id}/revoke"));
        olga.post(&revoked, json!({"reason": "LEAKED"})).await.ok(200);
        sweep_uses(&world.app).await.unwrap();
        assert_eq!(rows(world, &acme).await, owner_only, "the owner's stay");
        assert_eq!(rows(world, &north).await, below - 1);
        // What nobody has used for 400 days is forgotten.
        world.clock.advance(400 * 86_400);
        sweep_uses(&world.app).await.unwrap();
        assert_eq!(rows(world, &acme).await, owner_only);
        world.clock.advance(86_400);
        sweep_uses(&world.app).await.unwrap();
        assert_eq!(rows(world, &acme).await, 0);
    })
    .await;
}

#[tokio::test]
async fn what_is_noted_of_an_organization_that_was_purged_is_left_out() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let at: OrganizationId = "org_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let principal = Principal::User(olga.user_id.parse::<UserId>().unwrap());
        world.app.uses.note(at, &principal, "members.read", world.app.clock.now());
        olga.get(&of(&acme, "members")).await.ok(200);
        flush_uses(&world.app).await.unwrap();
        assert!(rows(world, &acme).await > 0);
        assert_eq!(rows(world, "org_01h455vb4pex5vsknk084sn02q").await, 0);
    })
    .await;
}
