//! Every key is obeyed.

use polity_testkit::{json, on_each, roles};

use super::{effective, set};
use crate::rights::{assert_sound, child, of};

const TTL: &str = "invitations.ttl_seconds";
const LONGEST: &str = "invitations.max_ttl_seconds";
const DOMAINS: &str = "invitations.allowed_email_domains";
const DAYS: &str = "api_keys.max_lifetime_days";
const NETWORKS: &str = "api_keys.require_allowed_cidrs";
const CHILDREN: &str = "organizations.children_allowed";

#[tokio::test]
async fn an_invitation_stands_as_long_as_the_settings_say_and_never_longer_than_the_configuration() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let invite = async |email: &str, ttl: Option<i64>| {
            let mut body = json!({"email": email});
            if let Some(ttl) = ttl {
                body["ttl_seconds"] = json!(ttl);
            }
            owner.post(&of(&below, "invitations"), body).await
        };
        assert_eq!(effective(&owner, &below, TTL).await, (json!(604_800), None));
        set(&owner, &acme, TTL, json!(3_600), "default").await;
        let made = invite("a@example.com", None).await.ok(201);
        assert_eq!(made["expire_time"], "2026-01-31T13:00:00.000Z");
        invite("b@example.com", Some(7_200)).await.ok(201);
        set(&owner, &acme, LONGEST, json!(1_800), "enforced").await;
        let problem = invite("c@example.com", Some(1_801)).await.problem(400, "invalid_value");
        assert_eq!(problem["errors"][0]["field"], "/ttl_seconds");
        let made = invite("c@example.com", None).await.ok(201);
        assert_eq!(made["expire_time"], "2026-01-31T12:30:00.000Z");
        assert_eq!(effective(&owner, &below, TTL).await.0, 1_800, "what is obeyed is shown");
        let path = of(&below, &format!("invitations/{}", made["id"].as_str().unwrap()));
        owner.patch(&path, json!({"ttl_seconds": 1_801})).await.problem(400, "invalid_value");
        let resend = format!("{path}/resend");
        owner.post(&resend, json!({"ttl_seconds": 1_801})).await.problem(400, "invalid_value");
        owner.post(&resend, json!({"ttl_seconds": 1_800})).await.ok(200);
        set(&owner, &acme, LONGEST, json!(366 * 86_400), "enforced").await;
        assert_eq!(effective(&owner, &below, LONGEST).await.0, 30 * 86_400);
        invite("d@example.com", Some(31 * 86_400)).await.problem(400, "invalid_value");
    })
    .await;
}

#[tokio::test]
async fn inv_14_only_addresses_of_the_allowed_domains_are_invited_and_accept() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let guest = world.person("gina").await;
        world.invite(&owner, &acme, "gina", roles::MEMBER).await;
        let token = world.mailed_token("gina@example.com").await;
        set(&owner, &acme, DOMAINS, json!(["Example.ORG", "bücher.example", "example.org"]), "enforced")
            .await;
        let shown = effective(&owner, &acme, DOMAINS).await.0;
        assert_eq!(shown, json!(["example.org", "xn--bcher-kva.example"]));
        let invite = async |email: &str| owner.post(&of(&acme, "invitations"), json!({"email": email})).await;
        for email in ["a@example.com", "a@sub.example.org", "a@notexample.org", "a@example.org.evil.example"]
        {
            let problem = invite(email).await.problem(400, "against_settings");
            assert_eq!(problem["errors"][0]["field"], "/email", "{email}");
        }
        invite("a@EXAMPLE.org").await.ok(201);
        invite("a@bücher.example").await.ok(201);
        let rows = json!({"invitations": [{"email": "b@example.com"}, {"email": "b@example.org"}]});
        let batch = owner.post(&of(&acme, "invitations/batch-create"), rows).await.ok(200);
        let text = batch.to_string();
        assert!(text.contains("against_settings") && text.contains("b@example.org"), "{text}");
        let refused = guest.post("/api/v1/invitations/accept", json!({"token": token})).await;
        refused.problem(409, "refused_by_settings");
        let list = owner.get(&of(&acme, "invitations?filter=state=PENDING")).await.ok(200);
        let old =
            list["invitations"].as_array().unwrap().iter().find(|one| one["email"] == "gina@example.com");
        let old = old.unwrap()["id"].as_str().unwrap();
        let resend = of(&acme, &format!("invitations/{old}/resend"));
        owner.post(&resend, json!({})).await.problem(400, "against_settings");
        set(&owner, &acme, DOMAINS, json!([]), "default").await;
        guest.post("/api/v1/invitations/accept", json!({"token": token})).await.ok(200);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_lives_no_longer_than_the_settings_allow_and_old_keys_stay_as_they_are() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let make = async |end: Option<&str>| {
            let mut body = json!({"title": "k", "permissions": []});
            if let Some(end) = end {
                body["expire_time"] = json!(end);
            }
            owner.post(&of(&acme, "api-keys"), body).await
        };
        let old = make(None).await.ok(201)["id"].as_str().unwrap().to_owned();
        set(&owner, &acme, DAYS, json!(10), "enforced").await;
        for end in [None, Some("2026-02-10T12:00:01Z")] {
            let problem = make(end).await.problem(400, "against_settings");
            assert_eq!(problem["errors"][0]["field"], "/expire_time");
        }
        let key = make(Some("2026-02-10T12:00:00Z")).await.ok(201);
        let path = of(&acme, &format!("api-keys/{}", key["id"].as_str().unwrap()));
        world.clock.advance_micros(86_400 * 1_000_000);
        let owner = world.sign_in("olga").await;
        for end in [json!("2026-02-10T13:00:00Z"), json!(null)] {
            owner.patch(&path, json!({"expire_time": end})).await.problem(400, "against_settings");
        }
        owner.patch(&path, json!({"expire_time": "2026-02-05T00:00:00Z"})).await.ok(200);
        let old = of(&acme, &format!("api-keys/{old}"));
        owner.patch(&old, json!({"title": "Old"})).await.ok(200);
        owner
            .patch(&old, json!({"expire_time": "2026-02-20T00:00:00Z"}))
            .await
            .problem(400, "against_settings");
    })
    .await;
}

#[tokio::test]
async fn a_key_says_where_it_may_be_used_from_where_the_settings_ask_for_it() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        set(&owner, &acme, NETWORKS, json!(true), "enforced").await;
        let body = json!({"title": "k", "permissions": []});
        let problem = owner.post(&of(&acme, "api-keys"), body).await.problem(400, "against_settings");
        assert_eq!(problem["errors"][0]["field"], "/allowed_cidrs");
        let body = json!({"title": "k", "permissions": [], "allowed_cidrs": ["10.0.0.0/8"]});
        let made = owner.post(&of(&acme, "api-keys"), body).await.ok(201);
        let path = of(&acme, &format!("api-keys/{}", made["id"].as_str().unwrap()));
        owner.patch(&path, json!({"allowed_cidrs": []})).await.problem(400, "against_settings");
        owner.patch(&path, json!({"allowed_cidrs": ["10.1.0.0/16"], "title": "n"})).await.ok(200);
    })
    .await;
}

#[tokio::test]
async fn an_organization_takes_no_children_where_the_settings_do_not_allow_any() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let below = child(&owner, &acme, "Works").await;
        let moving = child(&owner, &acme, "Moving").await;
        let gone = child(&owner, &below, "Gone").await;
        assert_eq!(owner.delete(&format!("/api/v1/organizations/{gone}")).await.status, 204);
        set(&owner, &below, CHILDREN, json!(false), "default").await;
        let body = json!({"title": "New"});
        owner.post(&of(&below, "children"), body.clone()).await.problem(409, "refused_by_settings");
        let to = json!({"parent": below});
        owner.post(&of(&moving, "move"), to).await.problem(409, "refused_by_settings");
        owner.post(&of(&gone, "undelete"), json!({})).await.problem(409, "refused_by_settings");
        owner.post(&of(&acme, "children"), body).await.ok(201);
        assert_sound(world).await;
    })
    .await;
}
