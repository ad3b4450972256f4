//! Deleting custom roles.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, at_once, child, codes, direct_roles, member, of, permission, role};

#[tokio::test]
async fn a_role_that_nobody_holds_is_deleted() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        let path = of(&acme, &format!("roles/{support}"));
        let tag = olga.get(&path).await.header("etag").to_owned();
        olga.header("if-match", "\"r1\"").delete(&path).await.problem(412, "etag_mismatch");
        assert_eq!(olga.header("if-match", &tag).delete(&path).await.status, 204);
        olga.get(&path).await.problem(404, "not_found");
        let ada = world.person("ada").await;
        let body = json!({"user": ada.user_id, "roles": [support]});
        olga.post(&of(&acme, "members"), body).await.problem(400, "unknown_role");
        role(&olga, &acme, "Support", &[]).await;
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_role_in_use_goes_only_when_another_takes_its_place() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        let ada = world.join(&olga, &acme, "ada", &support).await;
        let bob = world.join(&olga, &north, "bob", &support).await;
        // Somebody who has the other role already does not get it twice.
        olga.patch(&member(&north, &bob), json!({"roles": [support, roles::READER]})).await.ok(200);
        let path = of(&acme, &format!("roles/{support}"));
        olga.delete(&path).await.problem(409, "role_in_use");
        let preview =
            olga.delete(&format!("{path}?reassign_to={}&validate_only=true", roles::READER)).await.ok(200);
        assert!(
            preview["changes"]
                .as_array()
                .unwrap()
                .iter()
                .any(|one| one["principal"]["id"] == json!(ada.user_id))
        );
        let refused =
            olga.delete(&format!("{path}?reassign_to={support}")).await.problem(400, "unknown_role");
        assert_eq!(refused["errors"][0]["field"], "reassign_to");
        let name = format!("organizations/{acme}/roles/{}", roles::READER);
        assert_eq!(olga.delete(&format!("{path}?reassign_to={name}")).await.status, 204);
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::READER]);
        assert_eq!(direct_roles(&olga, &north, &bob).await, [roles::READER]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_pending_invitation_keeps_its_role_or_gets_the_other() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        world.invite(&olga, &north, "ada", &support).await;
        let token = world.mailed_token("ada@example.com").await;
        let path = of(&acme, &format!("roles/{support}"));
        olga.delete(&path).await.problem(409, "role_in_use");
        assert_eq!(olga.delete(&format!("{path}?reassign_to={}", roles::BILLING)).await.status, 204);
        let ada = world.person("ada").await;
        ada.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        assert_eq!(direct_roles(&olga, &north, &ada).await, [roles::BILLING]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn esc_02_what_takes_a_roles_place_is_the_callers_to_grant() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        world.join(&olga, &acme, "bob", &support).await;
        let path = of(&acme, &format!("roles/{support}"));
        ada.delete(&format!("{path}?reassign_to={}", roles::OWNER)).await.problem(403, "cannot_grant");
        let greater = role(&olga, &acme, "Greater", &["ownership.transfer"]).await;
        ada.delete(&of(&acme, &format!("roles/{greater}"))).await.problem(403, "cannot_grant");
        assert_eq!(ada.delete(&format!("{path}?reassign_to={}", roles::MEMBER)).await.status, 204);
    })
    .await;
}

#[tokio::test]
async fn what_is_held_on_one_resource_or_for_a_time_stays_so() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.read", "READ").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.read"]).await;
        let reader = role(&olga, &acme, "Document reader", &["documents.read"]).await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let body = json!({"principal": {"type": "user", "id": ada.user_id}, "role": clerk,
            "resource": {"type": "documents", "id": "42"}, "expire_time": "2026-06-01T00:00:00Z"});
        olga.post(&of(&acme, "role-assignments"), body).await.ok(201);
        assert_eq!(olga.delete(&of(&acme, &format!("roles/{clerk}?reassign_to={reader}"))).await.status, 204);
        let held = olga.get(&of(&acme, &format!("roles/{reader}/holders"))).await.ok(200);
        let held = &held["role_assignments"][0];
        assert_eq!(held["resource"], json!({"type": "documents", "id": "42"}));
        assert_eq!(held["expire_time"], "2026-06-01T00:00:00.000Z");
    })
    .await;
}

#[tokio::test]
async fn rac_06_a_role_that_is_deleted_while_it_is_given_is_held_by_nobody() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let support = role(&olga, &acme, "Support", &["members.read"]).await;
        let mut people = Vec::new();
        for number in 0..10 {
            people.push(world.join(&olga, &acme, &format!("person{number}"), roles::MEMBER).await);
        }
        let path = of(&acme, &format!("roles/{support}"));
        let answers =
            at_once(20, |number| {
                let (olga, path) = (olga.clone(), path.clone());
                let body =
                    json!({"principal": {"type": "user", "id": people[number / 2].user_id}, "role": support});
                let give = of(&acme, "role-assignments");
                async move {
                    if number % 2 == 0 { olga.post(&give, body).await } else { olga.delete(&path).await }
                }
            })
            .await;
        assert!(answers.iter().all(|answer| answer.status < 500), "{:?}", codes(&answers));
        let gone = olga.get(&path).await.status == 404;
        let held = olga.get(&of(&acme, &format!("role-assignments?filter=role={support}"))).await.ok(200);
        let held = held["role_assignments"].as_array().unwrap().len();
        assert_eq!(gone, held == 0, "a role that is gone is held by nobody: {:?}", codes(&answers));
        assert_sound(world).await;
    })
    .await;
}
