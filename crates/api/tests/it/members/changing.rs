//! Changing a member.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, child, direct_roles, key, member, of, role};

#[tokio::test]
async fn a_patch_changes_what_it_names() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = member(&acme, &ada);
        let changed = olga.patch(&path, json!({"title": "Head of support"})).await;
        assert!(changed.header("polity-revision").starts_with(&acme));
        assert_eq!(changed.ok(200)["title"], "Head of support");
        let changed = olga.patch(&path, json!({"roles": [roles::READER, roles::BILLING]})).await.ok(200);
        assert_eq!(
            (&changed["title"], changed["roles"].as_array().unwrap().len()),
            (&json!("Head of support"), 2)
        );
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::READER, roles::BILLING]);
        let changed =
            olga.patch(&path, json!({"title": null, "expire_time": "2026-05-01T00:00:00Z"})).await.ok(200);
        assert!(changed.get("title").is_none());
        assert_eq!(changed["expire_time"], "2026-05-01T00:00:00.000Z");
        olga.patch(&path, json!({"expire_time": null})).await.ok(200);
        let same = olga.patch(&path, json!({"roles": [roles::BILLING, roles::READER, roles::READER]})).await;
        assert_eq!(same.header("polity-revision"), "", "nothing changed, nothing was recorded");
        let none = olga.patch(&path, json!({"roles": []})).await.ok(200);
        assert_eq!(none["roles"], json!([]));
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_01_the_tag_covers_the_roles() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = member(&acme, &ada);
        let tag = olga.get(&path).await.header("etag").to_owned();
        let bound = olga.header("if-match", &tag);
        bound.patch(&path, json!({"roles": [roles::READER]})).await.ok(200);
        bound.patch(&path, json!({"roles": [roles::BILLING]})).await.problem(412, "etag_mismatch");
        bound.delete(&path).await.problem(412, "etag_mismatch");
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::READER]);
        let answer = olga.get(&path).await;
        let seen = olga.header("if-none-match", answer.header("etag"));
        assert_eq!(seen.get(&path).await.status, 304);
        olga.patch(&path, json!({"roles": [roles::MEMBER]})).await.ok(200);
        assert_eq!(seen.get(&path).await.status, 200);
    })
    .await;
}

#[tokio::test]
async fn a_preview_shows_who_gains_what_and_changes_nothing() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = format!("{}?validate_only=true", member(&acme, &ada));
        let answer = olga.patch(&path, json!({"roles": [roles::READER]})).await;
        assert_eq!(answer.header("polity-revision"), "");
        let preview = answer.ok(200);
        let changes = preview["changes"].as_array().unwrap();
        let places: Vec<_> = changes.iter().map(|change| change["organization"].as_str().unwrap()).collect();
        assert_eq!(changes.len(), 2, "{preview}");
        for place in [&acme, &north] {
            assert!(places.contains(&format!("organizations/{place}").as_str()), "{places:?}");
        }
        assert_eq!(changes[0]["principal"], json!({"type": "user", "id": ada.user_id}));
        assert!(changes[0]["gained"].as_array().unwrap().contains(&json!("audit.read")));
        assert_eq!(changes[0]["lost"], json!([]));
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::MEMBER]);
    })
    .await;
}

#[tokio::test]
async fn esc_01_a_member_does_not_make_themselves_more() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let refused = ada.patch(&member(&acme, &ada), json!({"roles": [roles::OWNER]})).await;
        assert_eq!(refused.problem(403, "permission_denied")["required_permission"], "members.update");
        ada.patch(&member(&acme, &ada), json!({"is_admin": true})).await.problem(400, "unknown_field");
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::MEMBER]);
    })
    .await;
}

#[tokio::test]
async fn esc_02_an_admin_neither_makes_nor_changes_an_owner() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let bob = world.join(&olga, &acme, "bob", roles::MEMBER).await;
        ada.patch(&member(&acme, &bob), json!({"roles": [roles::OWNER]})).await.problem(403, "cannot_grant");
        ada.patch(&member(&acme, &ada), json!({"roles": [roles::OWNER]})).await.problem(403, "cannot_grant");
        for body in [
            json!({"roles": [roles::MEMBER]}),
            json!({"title": "Gone"}),
            json!({"expire_time": "2026-05-01T00:00:00Z"}),
        ] {
            ada.patch(&member(&acme, &olga), body).await.problem(403, "cannot_grant");
        }
        ada.delete(&member(&acme, &olga)).await.problem(403, "cannot_grant");
        // Equals change equals, and themselves.
        ada.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        assert_eq!(direct_roles(&olga, &acme, &olga).await, [roles::OWNER]);
    })
    .await;
}

#[tokio::test]
async fn esc_10_a_key_gives_no_more_than_is_written_on_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let (narrow, _) = key(world, &olga, &acme, &["members.read", "members.update"]).await;
        narrow
            .patch(&member(&acme, &ada), json!({"roles": [roles::ADMIN]}))
            .await
            .problem(403, "cannot_grant");
        // Whoever holds more than the key is out of its reach altogether.
        narrow.patch(&member(&acme, &ada), json!({"title": "Clerk"})).await.problem(403, "cannot_grant");
        let reads = role(&olga, &acme, "Reads", &["members.read"]).await;
        olga.patch(&member(&acme, &ada), json!({"roles": [reads]})).await.ok(200);
        narrow.patch(&member(&acme, &ada), json!({"title": "Clerk"})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn a_guests_rights_end_at_their_very_moment_and_come_back_when_prolonged() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        let body = json!({"user": ada.user_id, "expire_time": "2026-01-31T12:02:00Z"});
        olga.post(&of(&acme, "members"), body).await.ok(201);
        world.clock.advance_micros(120_000_000 - 1);
        ada.get(&of(&acme, "members")).await.ok(200);
        world.clock.advance_micros(1);
        ada.get(&of(&acme, "members")).await.problem(404, "not_found");
        assert_eq!(
            direct_roles(&olga, &acme, &ada).await,
            [roles::MEMBER],
            "what they would hold is still shown"
        );
        olga.patch(&member(&acme, &ada), json!({"expire_time": null})).await.ok(200);
        ada.get(&of(&acme, "members")).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn esc_21_a_demoted_members_session_loses_the_rights_at_once() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        ada.post(&of(&acme, "roles"), json!({"title": "One"})).await.ok(201);
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        ada.post(&of(&acme, "roles"), json!({"title": "Two"})).await.problem(403, "permission_denied");
    })
    .await;
}
