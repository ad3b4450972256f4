//! Ids of another tenant's in bodies and queries: they are answered like ids that never existed.

use polity_testkit::{Method, Value, json, on_each, roles};

use crate::cases::{Acme, Need, assert_unmoved, never_existed, revisions};
use crate::rights::{id, key, of, role, without_request_id};

/// Sends each request of Acme's owner twice, with an id of Beta's and with one that never existed, and
/// compares the answers. In path and body the id stands as `{id}`.
async fn assert_alike(acme: &Acme<'_>, foreign: &str, refused: u16, requests: &[(Method, String, Value)]) {
    let before = revisions(acme.world).await;
    for (method, path, body) in requests {
        let mut answers = Vec::new();
        for sent in [foreign, &never_existed(foreign)] {
            let path = path.replace("{id}", sent);
            let body = serde_json::from_str(&body.to_string().replace("{id}", sent)).unwrap();
            let answer = acme.owner.send(method.clone(), &path, Some(body)).await;
            let (status, text, _) = without_request_id(&answer);
            answers.push((status, text.replace(sent, "{id}")));
        }
        assert_eq!(answers[0], answers[1], "{method} {path}");
        // Only a batch of invitations answers row by row.
        let status = if path.ends_with("/batch-create") { 200 } else { refused };
        assert_eq!(answers[0].0, status, "{method} {path}: {}", answers[0].1);
        assert!(!answers[0].1.contains("CREATED"), "{}", answers[0].1);
    }
    assert_unmoved(acme.world, &before, foreign).await;
}

#[tokio::test]
async fn ten_04_esc_08_a_role_of_another_tenant_is_given_by_no_request() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let theirs = role(&acme.other, &acme.beta, "Theirs", &["members.read"]).await;
        let person = Need::Person.fresh(&acme).await.id;
        let member = Need::Member.fresh(&acme).await.id;
        let invitation = Need::Invitation.fresh(&acme).await.id;
        let request = Need::MembershipRequest.fresh(&acme).await.id;
        let held = Need::Role.fresh(&acme).await.id;
        let principal = json!({"type": "user", "id": member});
        let new = "new@example.com";
        let requests = [
            (Method::POST, acme.path("/members"), json!({"user": person, "roles": ["{id}"]})),
            (
                Method::PATCH,
                acme.path(&format!("/members/{member}")),
                json!({"roles": [roles::READER, "{id}"]}),
            ),
            (
                Method::POST,
                acme.path("/members/batch-update"),
                json!({"members": [{"user": member, "roles": ["{id}"]}]}),
            ),
            (Method::POST, acme.path("/role-assignments"), json!({"principal": principal, "role": "{id}"})),
            (
                Method::POST,
                acme.path("/role-assignments/batch"),
                json!({"create": [{"principal": principal, "role": "{id}"}]}),
            ),
            (Method::POST, acme.path("/invitations"), json!({"email": new, "roles": ["{id}"]})),
            (Method::PATCH, acme.path(&format!("/invitations/{invitation}")), json!({"roles": ["{id}"]})),
            (Method::POST, acme.path("/invite-links"), json!({"max_uses": 1, "roles": ["{id}"]})),
            (
                Method::POST,
                acme.path(&format!("/membership-requests/{request}/approve")),
                json!({"roles": ["{id}"]}),
            ),
            (
                Method::POST,
                acme.path("/invitations/batch-create"),
                json!({"invitations": [{"email": new, "roles": ["{id}"]}]}),
            ),
        ];
        assert_alike(&acme, &theirs, 400, &requests).await;
        let path = |role: &str| acme.path(&format!("/roles/{held}?reassign_to={role}"));
        let (one, other) = (
            acme.owner.delete(&path(&theirs)).await,
            acme.owner.delete(&path(&never_existed(&theirs))).await,
        );
        assert_eq!(without_request_id(&one), without_request_id(&other));
        one.problem(400, "unknown_role");
    })
    .await;
}

#[tokio::test]
async fn ten_04_nobody_of_another_tenant_is_named_in_a_request() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let for_user = json!({"principal": {"type": "user", "id": "{id}"}, "role": roles::READER});
        let requests = [
            (Method::POST, acme.path("/role-assignments"), for_user.clone()),
            (Method::POST, acme.path("/role-assignments/batch"), json!({"create": [for_user]})),
            (Method::POST, acme.path("/ownership-transfers"), json!({"user": "{id}"})),
        ];
        assert_alike(&acme, &acme.other.user_id, 400, &requests).await;
        let requests = [
            (
                Method::POST,
                acme.path("/members/batch-update"),
                json!({"members": [{"user": "{id}", "title": "Ours"}]}),
            ),
            (Method::POST, acme.path("/members/batch-delete"), json!({"users": ["{id}"]})),
        ];
        assert_alike(&acme, &acme.other.user_id, 404, &requests).await;
        let (_, theirs) = key(world, &acme.other, &acme.beta, &["members.read"]).await;
        let for_key = json!({"principal": {"type": "api_key", "id": "{id}"}, "role": roles::READER});
        let requests = [
            (Method::POST, acme.path("/role-assignments"), for_key.clone()),
            (Method::POST, acme.path("/role-assignments/batch"), json!({"create": [for_key]})),
        ];
        assert_alike(&acme, &theirs, 400, &requests).await;
    })
    .await;
}

#[tokio::test]
async fn ten_04_nothing_of_another_tenant_is_taken_in_or_ended_by_its_id_in_a_body() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let child = Need::Child.fresh(&acme).await.id;
        let path = format!("/api/v1/organizations/{child}/move");
        assert_alike(&acme, &acme.beta, 404, &[(Method::POST, path, json!({"parent": "{id}"}))]).await;
        let held = acme.other.get(&of(&acme.beta, "role-assignments")).await.ok(200);
        let held = id(&held["role_assignments"][0]);
        let batch = (Method::POST, acme.path("/role-assignments/batch"), json!({"delete": ["{id}"]}));
        assert_alike(&acme, &held, 404, &[batch]).await;
        let invited = id(&world.invite(&acme.other, &acme.beta, "guest", roles::MEMBER).await);
        let batch = (Method::POST, acme.path("/invitations/batch-delete"), json!({"ids": ["{id}"]}));
        assert_alike(&acme, &invited, 404, &[batch]).await;
        let path = of(&acme.beta, &format!("invitations/{invited}"));
        assert_eq!(acme.other.get(&path).await.ok(200)["state"], "PENDING");
    })
    .await;
}
