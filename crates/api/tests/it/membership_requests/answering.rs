//! Who may answer, with what, and until when.

use polity_testkit::{json, on_each, roles};

use super::{ALLOWED, ask, end};
use crate::cases::{JOINERS, assert_unmoved, joiner, revisions};
use crate::rights::{assert_sound, at_once, child, codes, direct_roles, id, key, of};
use crate::settings::set;

#[tokio::test]
async fn esc_02_nobody_lets_somebody_in_with_more_than_they_hold_nor_without_the_right_to_invite() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let admin = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let max = world.join(&olga, &acme, "max", roles::MEMBER).await;
        let (narrow, _) = key(world, &olga, &acme, &["invitations.create"]).await;
        let (eve, other) = (world.person("eve").await, world.person("otto").await);
        let asked = ask(&eve, &acme).await.ok(201);
        let path = of(&acme, &format!("membership-requests/{}/approve", id(&asked)));
        let before = revisions(world).await;
        for (actor, role, code) in [
            (&admin, roles::OWNER, "cannot_grant"),
            (&narrow, roles::READER, "cannot_grant"),
            (&max, roles::MEMBER, "permission_denied"),
        ] {
            actor.post(&path, json!({"roles": [role]})).await.problem(403, code);
        }
        end(&max, &acme, &asked, "deny").await.problem(403, "permission_denied");
        // Nor does who asks say as what.
        eve.post(&path, json!({})).await.problem(404, "not_found");
        let with_roles = json!({"roles": [roles::OWNER]});
        other.post(&of(&acme, "membership-requests"), with_roles).await.problem(400, "unknown_field");
        end(&other, &acme, &asked, "withdraw").await.problem(404, "not_found");
        other.get(&of(&acme, &format!("membership-requests/{}", id(&asked)))).await.problem(404, "not_found");
        assert_unmoved(world, &before, "what nobody may").await;
        end(&admin, &acme, &asked, "approve").await.ok(200);
        assert_eq!(direct_roles(&olga, &acme, &eve).await, [roles::MEMBER]);
    })
    .await;
}

#[tokio::test]
async fn ten_03_a_request_is_answered_in_its_own_organization_only() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let sales = child(&olga, &acme, "Sales").await;
        let eve = world.person("eve").await;
        let asked = ask(&eve, &acme).await.ok(201);
        for verb in ["approve", "deny"] {
            end(&olga, &sales, &asked, verb).await.problem(404, "not_found");
        }
        end(&eve, &sales, &asked, "withdraw").await.problem(404, "not_found");
        eve.get(&of(&sales, &format!("membership-requests/{}", id(&asked)))).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn rac_04_of_twenty_answers_at_once_one_counts() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let eve = world.person("eve").await;
        let asked = ask(&eve, &acme).await.ok(201);
        let answers = at_once(20, |number| {
            let (actor, verb) = match number % 3 {
                0 => (&olga, "approve"),
                1 => (&olga, "deny"),
                _ => (&eve, "withdraw"),
            };
            end(actor, &acme, &asked, verb)
        })
        .await;
        let mut expected = vec!["200".to_owned()];
        expected.extend(vec!["not_pending".to_owned(); 19]);
        assert_eq!(codes(&answers), expected);
        let counted = answers.into_iter().find(|answer| answer.status == 200).unwrap().body;
        let is_member = eve.get(&of(&acme, "members")).await.status == 200;
        assert_eq!(is_member, counted["state"] == "APPROVED");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn inv_14_settings_blocked_domains_and_seats_hold_when_somebody_is_let_in() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let (eve, kim) = (world.person("eve").await, joiner(world).await);
        let (asked, other) = (ask(&eve, &acme).await.ok(201), ask(&kim, &acme).await.ok(201));
        let domains = "invitations.allowed_email_domains";
        set(&olga, &acme, domains, json!([JOINERS]), "default").await;
        end(&olga, &acme, &asked, "approve").await.problem(409, "refused_by_settings");
        set(&olga, &acme, domains, json!([]), "default").await;
        let path = format!("/api/v1/organizations/{acme}");
        olga.patch(&path, json!({"blocked_email_domains": [JOINERS]})).await.ok(200);
        end(&olga, &acme, &other, "approve").await.problem(409, "email_domain_blocked");
        olga.patch(&path, json!({"blocked_email_domains": []})).await.ok(200);
        crate::limits::set(&olga, &acme, json!({"members": 2})).await.ok(200);
        end(&olga, &acme, &other, "approve").await.ok(200);
        end(&olga, &acme, &asked, "approve").await.problem(409, "seat_limit");
        // Who came in by another way needs no answer.
        crate::limits::set(&olga, &acme, json!({"members": 5})).await.ok(200);
        olga.post(&of(&acme, "members"), json!({"user": eve.user_id})).await.ok(201);
        end(&olga, &acme, &asked, "approve").await.problem(409, "already_member");
        end(&eve, &acme, &asked, "withdraw").await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn inv_04_a_request_can_be_answered_until_the_moment_it_expires() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let (eve, bob) = (world.person("eve").await, world.person("bob").await);
        let (asked, other) = (ask(&eve, &acme).await.ok(201), ask(&bob, &acme).await.ok(201));
        world.clock.advance_micros(30 * 86_400 * 1_000_000 - 1);
        let olga = world.sign_in("olga").await;
        end(&olga, &acme, &asked, "approve").await.ok(200);
        world.clock.advance_micros(1);
        end(&olga, &acme, &other, "approve").await.problem(409, "not_pending");
        let listed = olga.get(&of(&acme, "membership-requests?filter=state=EXPIRED")).await.ok(200);
        assert_eq!(listed["membership_requests"][0]["id"], other["id"]);
        // It holds nobody from asking again.
        ask(&world.sign_in("bob").await, &acme).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn requests_go_along_when_their_organization_goes() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        set(&olga, &sales, ALLOWED, json!(true), "default").await;
        let eve = world.person("eve").await;
        let asked = eve.post(&of(&sales, "membership-requests"), json!({"message": "Hello"})).await.ok(201);
        olga.post(&of(&acme, &format!("children/{sales}/unlink")), json!({})).await.ok(200);
        assert_eq!(end(&olga, &sales, &asked, "approve").await.ok(200)["message"], "Hello");
        eve.get(&of(&sales, "members")).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}
