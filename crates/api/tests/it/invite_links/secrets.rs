//! What opens a link, and who learns it.

use polity_domain::ids::InviteLinkId;
use polity_domain::secret_format::{SecretBytes, Token, TokenKind};
use polity_testkit::{json, on_each, on_each_with, roles};

use super::{join, make, token};
use crate::rights::{id, key, of};

#[tokio::test]
async fn a_token_is_shown_once_and_its_address_is_the_configured_one() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "invite-links");
        let forged = olga.header("x-forwarded-host", "evil.test").header("forwarded", "host=evil.test");
        let made = forged.post(&path, json!({"max_uses": 3})).await;
        assert!(!made.header("location").contains("pol_"), "a path is logged");
        let made = made.ok(201);
        let secret = token(&made);
        assert!(secret.starts_with("pol_link_"));
        assert_eq!(made["url"], format!("https://polity.test/invite-links#token={secret}"));
        let one = olga.get(&format!("{path}/{}", id(&made))).await;
        let events = olga.get(&of(&acme, "audit-events")).await;
        for answer in [one, olga.get(&path).await, events] {
            assert!(answer.status == 200 && !answer.text.contains("pol_link_"), "{}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn inv_08_inv_09_only_a_links_own_token_opens_it() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.person("ada").await;
        let made = make(&olga, &acme, json!({"max_uses": 3})).await;
        world.invite(&olga, &acme, "ada", roles::MEMBER).await;
        let invited = world.mailed_token("ada@example.com").await;
        let link: InviteLinkId = id(&made).parse().unwrap();
        let guessed = |kind| Token { kind, id: link.uuid(), secret: SecretBytes::new([7; 32]) }.format();
        let mut cut = token(&made);
        cut.pop();
        let wrong = [
            invited.as_str(),
            guessed(TokenKind::InviteLink).expose(),
            guessed(TokenKind::Invitation).expose(),
            &id(&made),
            &cut,
            "",
        ]
        .map(str::to_owned);
        for wrong in &wrong {
            let body = json!({"token": wrong});
            world.nobody().post("/api/v1/invite-links/lookup", body).await.problem(404, "not_found");
            join(&ada, wrong).await.problem(404, "not_found");
        }
        let body = json!({"token": token(&made)});
        for path in ["lookup", "accept", "decline"] {
            let path = format!("/api/v1/invitations/{path}");
            ada.post(&path, body.clone()).await.problem(404, "not_found");
        }
        ada.with(format!("Bearer {}", token(&made)))
            .get("/api/v1/auth/me")
            .await
            .problem(401, "unauthenticated");
    })
    .await;
}

#[tokio::test]
async fn inv_09_guesses_at_links_are_counted_by_where_they_come_from() {
    on_each_with(
        |settings| settings.failures_per_ip = 3,
        async |world| {
            let (olga, acme) = world.tenant("Acme", "olga").await;
            let made = make(&olga, &acme, json!({"max_uses": 3})).await;
            let link: InviteLinkId = id(&made).parse().unwrap();
            let kind = TokenKind::InviteLink;
            for guess in 0..3 {
                let guessed = Token { kind, id: link.uuid(), secret: SecretBytes::new([guess; 32]) }.format();
                let body = json!({"token": guessed.expose()});
                world.nobody().post("/api/v1/invite-links/lookup", body).await.problem(404, "not_found");
            }
            let body = json!({"token": token(&made)});
            let refused = world.nobody().post("/api/v1/invite-links/lookup", body).await;
            assert!(!refused.header("retry-after").is_empty());
            refused.problem(429, "too_many_requests");
            join(&olga, &token(&made)).await.problem(429, "too_many_requests");
            world.clock.advance(15 * 60);
            let body = json!({"token": token(&made)});
            world.nobody().post("/api/v1/invite-links/lookup", body).await.ok(200);
        },
    )
    .await;
}

#[tokio::test]
async fn esc_14_only_a_person_joins_by_a_link_or_asks() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let made = make(&olga, &acme, json!({"max_uses": 3})).await;
        join(&world.nobody(), &token(&made)).await.problem(401, "unauthenticated");
        let (robot, _) = key(world, &olga, &acme, &["invite_links.create", "invitations.create"]).await;
        join(&robot, &token(&made)).await.problem(403, "person_required");
        let ask = of(&acme, "membership-requests");
        robot.post(&ask, json!({})).await.problem(403, "person_required");
        robot.get("/api/v1/me/membership-requests").await.problem(403, "person_required");
    })
    .await;
}
