//! What an invitation may promise, and who vouches for it.

use polity_testkit::{json, on_each, roles};

use crate::cases::{assert_unmoved, revisions};
use crate::rights::{direct_roles, id, key, member, of};

#[tokio::test]
async fn esc_09_nobody_promises_more_than_they_hold_when_inviting_changing_or_sending_again() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let path = of(&acme, "invitations");
        let small = format!("{path}/{}", id(&world.invite(&ada, &acme, "bob", roles::READER).await));
        let great = format!("{path}/{}", id(&world.invite(&olga, &acme, "cleo", roles::OWNER).await));
        let (narrow, _) =
            key(world, &olga, &acme, &["invitations.create", "invitations.update", "invitations.read"]).await;
        let before = revisions(world).await;
        for (actor, role) in [(&ada, roles::OWNER), (&narrow, roles::READER)] {
            let new = json!({"email": "dan@example.com", "roles": [role]});
            actor.post(&path, new.clone()).await.problem(403, "cannot_grant");
            let rows =
                actor.post(&format!("{path}/batch-create"), json!({"invitations": [new]})).await.ok(200);
            assert_eq!(rows["results"][0]["code"], "cannot_grant", "{rows}");
            actor.patch(&small, json!({"roles": [role]})).await.problem(403, "cannot_grant");
            // What somebody greater promised is not theirs to vouch for: no longer, no later, no lesser.
            for body in [json!({"ttl_seconds": 3_600}), json!({"roles": [role]})] {
                actor.patch(&great, body).await.problem(403, "cannot_grant");
            }
            actor.post(&format!("{great}/resend"), json!({})).await.problem(403, "cannot_grant");
        }
        assert_unmoved(world, &before, "promises").await;
        let unknown = json!({"email": "dan@example.com", "permissions": ["organizations.delete"]});
        olga.post(&path, unknown).await.problem(400, "unknown_field");
    })
    .await;
}

#[tokio::test]
async fn esc_09_inv_13_an_invitation_is_worth_what_its_inviter_still_holds() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let bob = world.person("bob").await;
        let made = world.invite(&ada, &acme, "bob", roles::ADMIN).await;
        let token = world.mailed_token("bob@example.com").await;
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::MEMBER]})).await.ok(200);
        let before = revisions(world).await;
        for handle in [json!({"token": token}), json!({"id": made["id"]})] {
            let answer = bob.post("/api/v1/invitations/accept", handle).await;
            answer.problem(409, "inviter_lost_rights");
        }
        assert_unmoved(world, &before, "a promise that nobody vouches for").await;
        // Somebody who holds it vouches for it now.
        olga.post(&of(&acme, &format!("invitations/{}/resend", id(&made))), json!({})).await.ok(200);
        let token = world.mailed_token("bob@example.com").await;
        bob.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        assert_eq!(direct_roles(&olga, &acme, &bob).await, [roles::ADMIN]);
    })
    .await;
}
