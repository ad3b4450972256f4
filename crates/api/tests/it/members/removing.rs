//! Removing members, and leaving.

use polity_testkit::{json, on_each, roles};

use crate::rights::{assert_sound, id, key, member, of};

#[tokio::test]
async fn a_removed_member_is_out_at_once_and_keeps_the_account() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let before = olga.get(&member(&acme, &ada)).await;
        assert_eq!(
            olga.header("if-match", before.header("etag")).delete(&member(&acme, &ada)).await.status,
            204
        );
        ada.get(&of(&acme, "members")).await.problem(404, "not_found");
        olga.get(&member(&acme, &ada)).await.problem(404, "not_found");
        let held =
            olga.get(&of(&acme, &format!("role-assignments?filter=user={}", ada.user_id))).await.ok(200);
        assert_eq!(held["role_assignments"], json!([]), "their roles went with the membership");
        // ESC-16: the account is theirs.
        ada.get("/api/v1/auth/me").await.ok(200);
        // Once back, they hold what they are given anew and nothing from before.
        olga.post(&of(&acme, "members"), json!({"user": ada.user_id})).await.ok(201);
        ada.post(&of(&acme, "roles"), json!({"title": "Old rights"})).await.problem(403, "permission_denied");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_preview_of_a_removal_shows_what_is_lost() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let preview = olga.delete(&format!("{}?validate_only=true", member(&acme, &ada))).await.ok(200);
        assert_eq!((&preview["seats_freed"], &preview["ownerless"]), (&json!(1), &json!([])));
        assert!(preview["changes"][0]["lost"].as_array().unwrap().contains(&json!("members.read")));
        ada.get(&of(&acme, "members")).await.ok(200);
        let preview = olga.delete(&format!("{}?validate_only=true", member(&acme, &olga))).await.ok(200);
        assert_eq!(preview["ownerless"], json!([format!("organizations/{acme}")]));
    })
    .await;
}

#[tokio::test]
async fn esc_22_nothing_of_a_removed_member_works_on() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let (made_by_ada, _) = key(world, &ada, &acme, &["members.read"]).await;
        let invited = world.invite(&ada, &acme, "bob", roles::MEMBER).await;
        let token = world.mailed_token("bob@example.com").await;
        let bob = world.person("bob").await;
        olga.delete(&member(&acme, &ada)).await;
        // The invitation stood on ada's rights; the key is the organization's own and stays.
        bob.post("/api/v1/invitations/accept", json!({"token": token}))
            .await
            .problem(409, "inviter_lost_rights");
        made_by_ada.get(&of(&acme, "members")).await.ok(200);
        let path = of(&acme, &format!("invitations/{}/resend", id(&invited)));
        ada.post(&path, json!({})).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn members_leave_by_themselves() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "members/leave");
        let preview = ada.post(&format!("{path}?validate_only=true"), json!({})).await.ok(200);
        assert_eq!(preview["seats_freed"], 1);
        assert_eq!(ada.post(&path, json!({})).await.status, 204);
        ada.get(&of(&acme, "members")).await.problem(404, "not_found");
        ada.post(&path, json!({})).await.problem(404, "not_found");
        world.nobody().post(&path, json!({})).await.problem(401, "unauthenticated");
        let (machine, _) = key(world, &olga, &acme, &["members.remove"]).await;
        machine.post(&path, json!({})).await.problem(403, "person_required");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn removal_needs_its_own_permission() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let bob = world.join(&olga, &acme, "bob", roles::READER).await;
        let refused = ada.delete(&member(&acme, &bob)).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "members.remove");
        ada.delete(&member(&acme, &ada)).await.problem(403, "permission_denied");
    })
    .await;
}
