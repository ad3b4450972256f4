//! Membership requests, from the asking to the answer.

mod answering;
mod asking;

use polity_testkit::{Actor, Answer, Value, json, on_each, roles};

use crate::rights::{assert_sound, direct_roles, id, member, of};
use crate::settings::set;

/// The setting that lets people ask.
const ALLOWED: &str = "members.requests_allowed";

/// Asks to be taken in.
async fn ask(actor: &Actor, organization: &str) -> Answer {
    actor.post(&of(organization, "membership-requests"), json!({})).await
}

/// Answers a request, or takes it back.
async fn end(actor: &Actor, organization: &str, request: &Value, verb: &str) -> Answer {
    let path = of(organization, &format!("membership-requests/{}/{verb}", id(request)));
    let body = (verb == "approve").then(|| json!({}));
    actor.send(polity_testkit::Method::POST, &path, body).await
}

#[tokio::test]
async fn whoever_asked_and_is_approved_is_a_member_with_these_roles_and_told_by_mail() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let ada = world.person("ada").await;
        let path = of(&acme, "membership-requests");
        let asked = ada.post(&path, json!({"message": "I work with Bob"})).await;
        let place = asked.header("location").to_owned();
        let asked = asked.ok(201);
        assert_eq!(
            (&asked["state"], &asked["organization_display_name"]),
            (&json!("PENDING"), &json!("Acme"))
        );
        assert_eq!(asked["expire_time"], "2026-03-02T12:00:00.000Z");
        assert_eq!(ada.get(&place).await.ok(200), asked, "who asked sees it");
        let listed = olga.get(&format!("{path}?filter=state=PENDING")).await.ok(200);
        assert_eq!(listed["membership_requests"], json!([asked]));
        assert_eq!(listed["membership_requests"][0]["user"]["email"], "ada@example.com");
        let body = json!({"roles": [roles::READER, roles::BILLING]});
        let approved = olga.post(&format!("{path}/{}/approve", id(&asked)), body).await.ok(200);
        assert_eq!(approved["state"], "APPROVED");
        let shown = olga.get(&member(&acme, &ada)).await.ok(200);
        assert_eq!((&shown["joined_by"], &shown["membership_request"]), (&json!("REQUEST"), &asked["name"]));
        assert_eq!(direct_roles(&olga, &acme, &ada).await, [roles::READER, roles::BILLING]);
        world.deliver().await;
        let letter = world.mail.to("ada@example.com").pop().unwrap();
        assert_eq!(letter.subject, "You are a member of Acme");
        let mine = ada.get("/api/v1/me/membership-requests").await.ok(200);
        assert_eq!(mine["membership_requests"], json!([approved]));
        ask(&ada, &acme).await.problem(409, "already_member");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_is_denied_is_told_by_mail_and_is_no_member() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        olga.patch(&of(&acme, "preferences"), json!({"locale": "de-AT"})).await.ok(200);
        let ada = world.person("ada").await;
        let asked = ask(&ada, &acme).await.ok(201);
        assert_eq!(end(&olga, &acme, &asked, "deny").await.ok(200)["state"], "DENIED");
        world.deliver().await;
        let letter = world.mail.to("ada@example.com").pop().unwrap();
        assert_eq!(letter.subject, "Ihre Anfrage an Acme");
        assert!(letter.text.contains("abgelehnt"), "{}", letter.text);
        ada.get(&of(&acme, "members")).await.problem(404, "not_found");
        for verb in ["approve", "deny"] {
            end(&olga, &acme, &asked, verb).await.problem(409, "not_pending");
        }
        end(&ada, &acme, &asked, "withdraw").await.problem(409, "not_pending");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn requests_are_listed_filtered_and_sorted() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        set(&olga, &acme, ALLOWED, json!(true), "default").await;
        let mut asked = Vec::new();
        for name in ["a", "b", "c", "d"] {
            let person = world.person(name).await;
            asked.push((ask(&person, &acme).await.ok(201), person));
            world.clock.advance(1);
        }
        end(&olga, &acme, &asked[0].0, "approve").await.ok(200);
        end(&olga, &acme, &asked[1].0, "deny").await.ok(200);
        end(&asked[2].1, &acme, &asked[2].0, "withdraw").await.ok(200);
        let list = async |query: &str| -> Vec<String> {
            let page = olga.get(&of(&acme, &format!("membership-requests?{query}"))).await.ok(200);
            let name = |one: &Value| one["user"]["display_name"].as_str().unwrap().to_owned();
            page["membership_requests"].as_array().unwrap().iter().map(name).collect()
        };
        assert_eq!(list("").await, ["d", "c", "b", "a"], "the newest first");
        assert_eq!(list("order_by=create_time").await, ["a", "b", "c", "d"]);
        for (state, name) in [("APPROVED", "a"), ("DENIED", "b"), ("WITHDRAWN", "c"), ("PENDING", "d")] {
            assert_eq!(list(&format!("filter=state={state}")).await, [name]);
        }
        assert_eq!(list(&format!("filter=user={}", asked[1].1.user_id)).await, ["b"]);
        olga.get(&of(&acme, "membership-requests?filter=message:*")).await.problem(400, "invalid_filter");
    })
    .await;
}
