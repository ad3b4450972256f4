//! What a link may promise, and what of it is kept.

use polity_domain::email::Email;
use polity_testkit::{Actor, PASSWORD, World, json, on_each, roles};

use super::{join, make, seen, token};
use crate::cases::{JOINERS, assert_unmoved, joiner, revisions};
use crate::rights::{assert_sound, direct_roles, key, member, of};
use crate::settings::set;

const DOMAINS: &str = "invitations.allowed_email_domains";

#[tokio::test]
async fn esc_09_nobody_offers_by_a_link_more_than_they_hold() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let (narrow, _) = key(world, &olga, &acme, &["invite_links.create"]).await;
        let path = of(&acme, "invite-links");
        let before = revisions(world).await;
        for (actor, role) in [(&ada, roles::OWNER), (&narrow, roles::READER)] {
            let body = json!({"max_uses": 1, "roles": [role]});
            actor.post(&path, body).await.problem(403, "cannot_grant");
        }
        for (body, field) in [
            (json!({"max_uses": 0}), "/max_uses"),
            (json!({"max_uses": 10_001}), "/max_uses"),
            (json!({"max_uses": 1, "ttl_seconds": 59}), "/ttl_seconds"),
            (json!({"max_uses": 1, "ttl_seconds": 31 * 86_400}), "/ttl_seconds"),
            (json!({"max_uses": 1, "email_domains": ["example.com", "not a domain"]}), "/email_domains/1"),
            (json!({"max_uses": 1, "email_domains": ["a@example.com"]}), "/email_domains/0"),
        ] {
            let problem = olga.post(&path, body.clone()).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], field, "{body}");
        }
        assert_unmoved(world, &before, "promises").await;
    })
    .await;
}

#[tokio::test]
async fn esc_09_inv_13_a_link_is_worth_what_its_maker_still_holds() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let bob = world.person("bob").await;
        let made = make(&ada, &acme, json!({"max_uses": 5, "roles": [roles::ADMIN]})).await;
        let (robot, robot_id) =
            key(world, &olga, &acme, &["invite_links.create", "organizations.read", "members.read"]).await;
        let small = crate::rights::role(&olga, &acme, "Small", &["members.read"]).await;
        let by_key = make(&robot, &acme, json!({"max_uses": 5, "roles": [small]})).await;
        let demote = async |role: &str| {
            olga.patch(&member(&acme, &ada), json!({"roles": [role]})).await.ok(200);
        };
        demote(roles::MEMBER).await;
        let revoke = of(&acme, &format!("api-keys/{robot_id}/revoke"));
        olga.post(&revoke, json!({"reason": "OTHER"})).await.ok(200);
        let before = revisions(world).await;
        for dead in [&made, &by_key] {
            join(&bob, &token(dead)).await.problem(409, "inviter_lost_rights");
        }
        assert_unmoved(world, &before, "a promise that nobody vouches for").await;
        assert_eq!(seen(&olga, &acme, &made).await["uses"], 0);
        demote(roles::ADMIN).await;
        join(&bob, &token(&made)).await.ok(200);
        // Whoever is gone vouches for nothing.
        assert_eq!(olga.delete(&member(&acme, &ada)).await.status, 204);
        join(&world.person("cleo").await, &token(&made)).await.problem(409, "inviter_lost_rights");
        assert_eq!(direct_roles(&olga, &acme, &bob).await, [roles::ADMIN]);
    })
    .await;
}

/// Somebody of an address.
async fn of_address(world: &World, email: &str) -> Actor {
    let body = json!({"email": email, "password": PASSWORD, "display_name": "Somebody"});
    world.nobody().post("/api/v1/auth/register", body).await.ok(201);
    let known = Email::parse(email).unwrap();
    let token = world.mailed_token(known.canonical()).await;
    let session = world.nobody().post("/api/v1/auth/email/verify", json!({"token": token})).await.ok(200);
    world.signed_in(&session)
}

#[tokio::test]
async fn inv_14_only_addresses_of_a_links_domains_join_by_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let body =
            json!({"max_uses": 9, "email_domains": ["Joiners.EXAMPLE", "bücher.example", "joiners.example"]});
        let made = make(&olga, &acme, body).await;
        assert_eq!(made["email_domains"], json!(["joiners.example", "xn--bcher-kva.example"]));
        for email in
            ["a@example.com", "a@sub.joiners.example", "a@notjoiners.example", "a@joiners.example.org"]
        {
            let person = of_address(world, email).await;
            join(&person, &token(&made)).await.problem(403, "wrong_email_domain");
        }
        for email in ["A@JOINERS.example", "a@bücher.example"] {
            join(&of_address(world, email).await, &token(&made)).await.ok(200);
        }
        assert_eq!(seen(&olga, &acme, &made).await["uses"], 2);
    })
    .await;
}

#[tokio::test]
async fn inv_14_settings_blocked_domains_and_seats_hold_for_links_as_they_are_when_somebody_joins() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (ada, kim) = (world.person("ada").await, joiner(world).await);
        let made = make(&olga, &acme, json!({"max_uses": 9})).await;
        set(&olga, &acme, DOMAINS, json!([JOINERS]), "enforced").await;
        join(&ada, &token(&made)).await.problem(409, "refused_by_settings");
        let others = json!({"max_uses": 1, "email_domains": [JOINERS, "example.com"]});
        olga.post(&of(&acme, "invite-links"), others).await.problem(400, "against_settings");
        make(&olga, &acme, json!({"max_uses": 1, "email_domains": [JOINERS]})).await;
        set(&olga, &acme, DOMAINS, json!([]), "default").await;
        let path = format!("/api/v1/organizations/{acme}");
        olga.patch(&path, json!({"blocked_email_domains": [JOINERS]})).await.ok(200);
        join(&kim, &token(&made)).await.problem(409, "email_domain_blocked");
        olga.patch(&path, json!({"blocked_email_domains": []})).await.ok(200);
        crate::limits::set(&olga, &acme, json!({"members": 2})).await.ok(200);
        join(&ada, &token(&made)).await.ok(200);
        join(&kim, &token(&made)).await.problem(409, "seat_limit");
        assert_eq!(seen(&olga, &acme, &made).await["uses"], 1, "only who got in has used it");
        crate::limits::set(&olga, &acme, json!({"members": 3})).await.ok(200);
        join(&kim, &token(&made)).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
