//! Who may ask, whom, and how often.

use polity_testkit::{json, on_each};

use super::{ALLOWED, ask, end};
use crate::cases::{JOINERS, assert_unmoved, joiner, never_existed, revisions};
use crate::rights::{assert_sound, at_once, child, codes, of, without_request_id};
use crate::settings::set;

#[tokio::test]
async fn ten_20_an_organization_that_does_not_let_somebody_ask_looks_as_if_it_had_never_been() {
    on_each(async |world| {
        let root = world.administrator().await;
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (eve, kim) = (world.person("eve").await, joiner(world).await);
        let absent = ask(&eve, &never_existed(&acme)).await;
        let hidden = async |why: &str| {
            let before = revisions(world).await;
            let answer = ask(&eve, &acme).await;
            assert_eq!(without_request_id(&answer), without_request_id(&absent), "{why}");
            answer.problem(404, "not_found");
            assert_unmoved(world, &before, why).await;
        };
        hidden("nobody has opened it").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let domains = "invitations.allowed_email_domains";
        set(&olga, &acme, domains, json!([JOINERS]), "default").await;
        hidden("it takes in no addresses of this domain").await;
        ask(&kim, &acme).await.ok(201);
        set(&olga, &acme, domains, json!([]), "default").await;
        let path = format!("/api/v1/organizations/{acme}");
        olga.patch(&path, json!({"blocked_email_domains": ["example.com"]})).await.ok(200);
        hidden("it blocks the domain").await;
        olga.patch(&path, json!({"blocked_email_domains": []})).await.ok(200);
        root.post(&of(&acme, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        hidden("it is suspended").await;
        root.post(&of(&acme, "resume"), json!({})).await.ok(200);
        ask(&eve, &acme).await.ok(201);
        // Whoever asked sees their own request and nothing else of it.
        eve.get(&of(&acme, "membership-requests")).await.problem(404, "not_found");
        eve.get(&path).await.problem(404, "not_found");
        set(&olga, &acme, ALLOWED, json!(false), "default").await;
        hidden("it was shut again").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_open_above_is_open_below_until_somebody_says_otherwise() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let eve = world.person("eve").await;
        ask(&eve, &sales).await.problem(404, "not_found");
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let asked = ask(&eve, &sales).await.ok(201);
        assert_eq!(asked["organization_display_name"], "Sales");
        set(&olga, &acme, ALLOWED, json!(false), "enforced").await;
        ask(&world.person("bob").await, &sales).await.problem(404, "not_found");
        end(&olga, &sales, &asked, "approve").await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn of_one_person_one_request_waits_and_three_are_made_in_a_day() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let eve = world.person("eve").await;
        let answers = at_once(20, |_| ask(&eve, &acme)).await;
        let mut expected = vec!["201".to_owned()];
        expected.extend(vec!["already_requested".to_owned(); 19]);
        assert_eq!(codes(&answers), expected);
        let first = answers.into_iter().find(|answer| answer.status == 201).unwrap().body;
        end(&eve, &acme, &first, "withdraw").await.ok(200);
        for _ in 0..2 {
            let asked = ask(&eve, &acme).await.ok(201);
            end(&olga, &acme, &asked, "deny").await.ok(200);
        }
        let refused = ask(&eve, &acme).await;
        assert!(!refused.header("retry-after").is_empty());
        refused.problem(429, "too_many_requests");
        ask(&world.person("bob").await, &acme).await.ok(201);
        world.clock.advance(86_400);
        ask(&world.sign_in("eve").await, &acme).await.ok(201);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn inp_03_a_message_is_one_honest_line_of_500_characters() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let (eve, path) = (world.person("eve").await, of(&acme, "membership-requests"));
        for message in ["", " ", "a\nb", "a\u{202e}b", "a\u{200b}b", &"x".repeat(501)] {
            let problem = eve.post(&path, json!({"message": message})).await.problem(400, "invalid_value");
            assert_eq!(problem["errors"][0]["field"], "/message", "{message:?}");
        }
        let longest = "x".repeat(500);
        assert_eq!(eve.post(&path, json!({"message": longest})).await.ok(201)["message"], longest);
    })
    .await;
}
