//! Adding somebody without an invitation.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, direct_roles, of, role};

#[tokio::test]
async fn somebody_is_added_by_id_or_name() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let body = json!({"user": format!("users/{}", ada.user_id), "title": "Auditor",
            "roles": [format!("organizations/{acme}/roles/{}", roles::READER)], "expire_time": "2026-03-01T00:00:00Z"});
        let added = olga.post(&of(&acme, "members"), body).await;
        let place = added.header("location").to_owned();
        let (tag, added) = (added.header("etag").to_owned(), added.ok(201));
        assert_eq!((&added["title"], &added["joined_by"]), (&json!("Auditor"), &json!("ADDITION")));
        assert_eq!(added["expire_time"], "2026-03-01T00:00:00.000Z");
        let again = olga.get(&place).await;
        assert_eq!((again.header("etag"), again.body.clone()), (tag.as_str(), added));
        ada.get(&of(&acme, "members")).await.ok(200);
        olga.post(&of(&acme, "members"), json!({"user": bob.user_id})).await.ok(201);
        assert_eq!(direct_roles(&olga, &acme, &bob).await, [roles::MEMBER], "Member is the role of whom nobody gave one");
        olga.post(&of(&acme, "members"), json!({"user": bob.user_id})).await.problem(409, "already_member");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn who_or_what_is_not_there_is_refused_by_its_field() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        let path = of(&acme, "members");
        let stranger = json!({"user": "user_01h455vb4pex5vsknk084sn02q"});
        let refused = olga.post(&path, stranger).await.problem(400, "unknown_user");
        assert_eq!(refused["errors"][0]["field"], "/user");
        let body = json!({"user": ada.user_id, "roles": [roles::MEMBER, "role_01h455vb4pex5vsknk084sn02q"]});
        let refused = olga.post(&path, body).await.problem(400, "unknown_role");
        assert_eq!(refused["errors"][0]["field"], "/roles/1");
        let body = json!({"user": ada.user_id, "expire_time": "2020-01-01T00:00:00Z"});
        olga.post(&path, body).await.problem(400, "invalid_value");
        // ESC-01: what is not in the contract is not read.
        let body = json!({"user": ada.user_id, "owner": true});
        olga.post(&path, body).await.problem(400, "unknown_field");
        olga.post(&path, json!({"user": acme})).await.problem(400, "invalid_id");
    })
    .await;
}

#[tokio::test]
async fn esc_02_nobody_adds_a_member_with_more_than_they_hold() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let (bob, cleo) = (world.person("bob").await, world.person("cleo").await);
        let path = of(&acme, "members");
        let refused = ada.post(&path, json!({"user": bob.user_id, "roles": [roles::OWNER]})).await;
        let refused = refused.problem(403, "cannot_grant");
        assert!(refused["detail"].as_str().unwrap().contains("ownership.transfer"), "{refused}");
        ada.post(&path, json!({"user": bob.user_id, "roles": [roles::ADMIN]})).await.ok(201);
        // Somebody who may add, and holds little else, gives no more than that.
        let door = role(&olga, &acme, "Door", &["members.add", "members.read"]).await;
        olga.post(&path, json!({"user": cleo.user_id, "roles": [door]})).await.ok(201);
        let dan = world.person("dan").await;
        cleo.post(&path, json!({"user": dan.user_id})).await.problem(403, "cannot_grant");
        cleo.post(&path, json!({"user": dan.user_id, "roles": [door]})).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn ten_04_another_organizations_role_is_none_here() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (bert, beta) = world.tenant("Beta", "bert").await;
        let theirs = role(&bert, &beta, "Theirs", &["members.read"]).await;
        let ada = world.person("ada").await;
        let body = json!({"user": ada.user_id, "roles": [theirs]});
        olga.post(&of(&acme, "members"), body.clone()).await.problem(400, "unknown_role");
        let nowhere = json!({"user": ada.user_id, "roles": ["role_01h455vb4pex5vsknk084sn02q"]});
        let (one, other) =
            (olga.post(&of(&acme, "members"), body).await, olga.post(&of(&acme, "members"), nowhere).await);
        assert_eq!(one.body["detail"], other.body["detail"], "absent and another's look the same");
    })
    .await;
}
