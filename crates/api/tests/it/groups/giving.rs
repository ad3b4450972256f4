//! What a group gives, and who may give by it.

use polity_testkit::{Actor, json, on_each, roles};

use super::{give, group, inner, last, person, put};
use crate::rights::{assert_sound, child, member, of, role};

async fn may(asker: &Actor, organization: &str, kind: &str, id: &str, permission: &str) -> bool {
    let question = json!({"principal": {"type": kind, "id": id}, "permission": permission});
    asker.post(&of(organization, "access/check"), question).await.ok(200)["allowed"] == json!(true)
}

#[tokio::test]
async fn what_a_group_holds_its_members_hold_here_and_below_and_it_is_said_why() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let (outer, within) = (group(&olga, &acme, "Auditors").await, group(&olga, &acme, "Juniors").await);
        let assigned = give(&olga, &acme, &outer, roles::READER).await.ok(201);
        assert_eq!(assigned["principal"]["type"], "group");
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        put(&olga, &outer, inner(&within)).await.ok(201);
        put(&olga, &within, person(&ada)).await.ok(201);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        ada.get(&of(&north, "audit-events")).await.ok(200);
        assert!(may(&olga, &acme, "user", &ada.user_id, "audit.read").await);
        assert!(may(&olga, &north, "group", last(&within), "audit.read").await);
        assert!(!may(&olga, &acme, "group", last(&within), "members.add").await);

        let question = json!({"principal": {"type": "user", "id": ada.user_id}, "permission": "audit.read"});
        let explained = olga.post(&of(&acme, "access/explain"), question).await.ok(200);
        assert_eq!(explained["paths"][0]["group"], outer.trim_start_matches("/api/v1/"));
        assert_eq!(explained["paths"][0]["group_title"], "Auditors");
        assert!(explained["sentence"].as_str().unwrap().contains("by the group Auditors"));
        let shown = olga.get(&member(&acme, &ada)).await.ok(200);
        let by_group = &shown["roles"][1];
        assert_eq!((&by_group["title"], &by_group["inherited"]), (&json!("Reader"), &json!(false)));
        assert_eq!(by_group["group"], outer.trim_start_matches("/api/v1/"));
        let effective = olga.get(&format!("{}/effective-permissions", member(&acme, &ada))).await.ok(200);
        let audit =
            effective["permissions"].as_array().unwrap().iter().find(|one| one["permission"] == "audit.read");
        assert_eq!(audit.unwrap()["paths"][0]["group_title"], "Auditors");
        let listed = format!("role-assignments?filter=group={}&show_total=true", last(&outer));
        assert_eq!(olga.get(&of(&acme, &listed)).await.ok(200)["total_size"], 1);

        assert_eq!(olga.delete(&format!("{outer}/members/{}", last(&within))).await.status, 204);
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_place_in_a_group_counts_as_long_as_the_membership() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let readers = group(&olga, &acme, "Readers").await;
        give(&olga, &acme, &readers, roles::READER).await.ok(201);
        put(&olga, &readers, person(&ada)).await.ok(201);
        olga.patch(&member(&acme, &ada), json!({"expire_time": "2026-01-31T12:01:00Z"})).await.ok(200);
        world.clock.advance_micros(60_000_000 - 1);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        world.clock.advance_micros(1);
        ada.get(&of(&acme, "audit-events")).await.problem(404, "not_found");
        olga.patch(&member(&acme, &ada), json!({"expire_time": null})).await.ok(200);
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_05_nobody_puts_anybody_where_they_could_not_grant_all_of_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let anna = world.join(&olga, &acme, "anna", roles::ADMIN).await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        // Like an owner in everything but the name.
        let mighty = role(&olga, &acme, "Mighty", &["organizations.move", "members.read"]).await;
        let (movers, juniors) = (group(&olga, &acme, "Movers").await, group(&anna, &acme, "Juniors").await);
        put(&anna, &juniors, person(&ada)).await.ok(201);
        give(&anna, &acme, &movers, &mighty).await.problem(403, "cannot_grant");
        give(&olga, &acme, &movers, &mighty).await.ok(201);
        // Neither oneself, nor others, nor by a group that one looks after.
        for who in [person(&anna), person(&ada), inner(&juniors)] {
            put(&anna, &movers, who.clone()).await.problem(403, "cannot_grant");
            let rows = json!({"members": [who]});
            let batch = anna.post(&format!("{movers}/members/batch-add"), rows).await;
            batch.problem(403, "cannot_grant");
        }
        // What stands in a mighty group is mighty itself.
        put(&olga, &movers, inner(&juniors)).await.ok(201);
        put(&anna, &juniors, person(&anna)).await.problem(403, "cannot_grant");
        // And takes nothing from those who hold more.
        anna.delete(&format!("{juniors}/members/{}", ada.user_id)).await.problem(403, "cannot_grant");
        anna.delete(&format!("{movers}/members/{}", last(&juniors))).await.problem(403, "cannot_grant");
        let rows = json!({"members": [person(&ada)]});
        anna.post(&format!("{juniors}/members/batch-remove"), rows).await.problem(403, "cannot_grant");
        anna.delete(&movers).await.problem(403, "cannot_grant");
        anna.delete(&juniors).await.problem(403, "cannot_grant");
        anna.delete(&member(&acme, &ada)).await.problem(403, "cannot_grant");
        anna.patch(&member(&acme, &ada), json!({"title": "X"})).await.problem(403, "cannot_grant");
        // A bare member manages no group at all.
        let refused = put(&ada, &juniors, person(&ada)).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "groups.manage_members");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn ownership_is_personal_so_that_no_group_is_owner_in_any_way() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let owners = group(&olga, &acme, "Owners").await;
        let refused = give(&olga, &acme, &owners, roles::OWNER).await.problem(400, "ownership_is_personal");
        assert_eq!(refused["errors"][0]["field"], "/role");
        let custom = role(&olga, &acme, "Custom", &["members.read"]).await;
        give(&olga, &acme, &owners, &custom).await.ok(201);
        let path = of(&acme, &format!("roles/{custom}?reassign_to={}", roles::OWNER));
        olga.delete(&path).await.problem(400, "ownership_is_personal");
        // All an owner's permissions, by a group, make no owner either.
        let all = olga.get(&of(&acme, &format!("roles/{}", roles::OWNER))).await.ok(200);
        let body = json!({"title": "All", "permissions": all["permissions"]});
        let all = olga.post(&of(&acme, "roles"), body).await.ok(201)["id"].as_str().unwrap().to_owned();
        give(&olga, &acme, &owners, &all).await.ok(201);
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        put(&olga, &owners, person(&ada)).await.ok(201);
        olga.delete(&member(&acme, &olga)).await.problem(409, "last_owner");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_preview_shows_who_would_gain_and_lose_by_a_group_and_changes_nothing() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let readers = group(&olga, &acme, "Readers").await;
        give(&olga, &acme, &readers, roles::READER).await.ok(201);
        let look = |path: &str| format!("{path}?validate_only=true");
        let shown = olga.post(&look(&format!("{readers}/members")), person(&ada)).await.ok(200);
        let of_ada = |shown: &polity_testkit::Value| {
            let rows = shown["changes"].as_array().unwrap().clone();
            rows.into_iter().find(|row| row["principal"]["id"] == json!(ada.user_id)).expect("a row")
        };
        assert!(of_ada(&shown)["gained"].as_array().unwrap().contains(&json!("audit.read")));
        ada.get(&of(&acme, "audit-events")).await.problem(403, "permission_denied");
        let rows = json!({"members": [person(&ada)]});
        let shown = olga.post(&look(&format!("{readers}/members/batch-add")), rows.clone()).await.ok(200);
        assert!(of_ada(&shown)["gained"].as_array().unwrap().contains(&json!("audit.read")));
        put(&olga, &readers, person(&ada)).await.ok(201);
        for answer in [
            olga.delete(&look(&readers)).await,
            olga.delete(&look(&format!("{readers}/members/{}", ada.user_id))).await,
            olga.post(&look(&format!("{readers}/members/batch-remove")), rows).await,
        ] {
            let shown = answer.ok(200);
            assert!(of_ada(&shown)["lost"].as_array().unwrap().contains(&json!("audit.read")));
        }
        ada.get(&of(&acme, "audit-events")).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
