//! What ends or stops a link.

use polity_testkit::{json, on_each, roles};

use super::{join, make, seen, token};
use crate::cases::{assert_unmoved, revisions};
use crate::rights::{child, id, member, of};

#[tokio::test]
async fn inv_04_a_link_ends_at_the_moment_it_expires() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let made = make(&olga, &acme, json!({"max_uses": 5, "ttl_seconds": 120})).await;
        world.clock.advance_micros(120_000_000 - 1);
        join(&ada, &token(&made)).await.ok(200);
        world.clock.advance_micros(1);
        join(&bob, &token(&made)).await.problem(409, "expired");
        let found =
            world.nobody().post("/api/v1/invite-links/lookup", json!({"token": token(&made)})).await.ok(200);
        assert_eq!(found["state"], "EXPIRED");
        let path = of(&acme, &format!("invite-links/{}", id(&made)));
        olga.delete(&path).await.problem(409, "wrong_state");
    })
    .await;
}

#[tokio::test]
async fn inv_05_a_link_that_was_taken_back_takes_nobody_in_at_once_and_who_joined_stays() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (ada, bob) = (world.person("ada").await, world.person("bob").await);
        let made = make(&olga, &acme, json!({"max_uses": 5})).await;
        join(&ada, &token(&made)).await.ok(200);
        let path = of(&acme, &format!("invite-links/{}", id(&made)));
        assert_eq!(olga.delete(&path).await.status, 204);
        let before = revisions(world).await;
        join(&bob, &token(&made)).await.problem(409, "revoked");
        olga.delete(&path).await.problem(409, "wrong_state");
        assert_unmoved(world, &before, "a link that has ended").await;
        assert_eq!(seen(&olga, &acme, &made).await["state"], "REVOKED");
        olga.get(&member(&acme, &ada)).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn inv_05_nobody_joins_by_a_link_what_is_suspended_or_deleted() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let workspace = olga.post(&of(&acme, "workspaces"), json!({"title": "Research"})).await.ok(201);
        let into = json!({"max_uses": 5, "workspace_id": workspace["id"]});
        let (ada, made) = (world.person("ada").await, make(&olga, &sales, json!({"max_uses": 5})).await);
        let inside = make(&olga, &acme, into).await;
        let lookup = async |made: &_| {
            world.nobody().post("/api/v1/invite-links/lookup", json!({"token": token(made)})).await
        };
        root.post(&of(&acme, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        join(&ada, &token(&made)).await.problem(403, "organization_suspended");
        lookup(&made).await.problem(404, "not_found");
        root.post(&of(&acme, "resume"), json!({})).await.ok(200);
        assert_eq!(olga.delete(&of(&acme, &format!("workspaces/{}", id(&workspace)))).await.status, 204);
        join(&ada, &token(&inside)).await.problem(409, "workspace_deleted");
        assert_eq!(olga.delete(&format!("/api/v1/organizations/{sales}")).await.status, 204);
        join(&ada, &token(&made)).await.problem(404, "not_found");
        lookup(&made).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn esc_22_who_was_removed_does_not_come_back_by_a_link_that_they_kept() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        let made = make(&olga, &acme, json!({"max_uses": 5})).await;
        join(&ada, &token(&made)).await.ok(200);
        assert_eq!(olga.delete(&member(&acme, &ada)).await.status, 204);
        join(&ada, &token(&made)).await.problem(409, "already_used");
        ada.get(&of(&acme, "members")).await.problem(404, "not_found");
        // A new invitation is another matter.
        world.invite(&olga, &acme, "ada", roles::MEMBER).await;
        let invited = world.mailed_token("ada@example.com").await;
        ada.post("/api/v1/invitations/accept", json!({"token": invited})).await.ok(200);
    })
    .await;
}
