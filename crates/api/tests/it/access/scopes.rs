//! Tokens with their scopes: they can do no more than their subject, and no more than they say.

use polity_testkit::{Actor, Value, json, on_each, roles};

use crate::rights::{assert_sound, of, permission, role};

fn token(actor: &Actor, scopes: &[&str]) -> Value {
    json!({"type": "user", "id": actor.user_id, "scopes": scopes})
}

#[tokio::test]
async fn a_token_is_answered_by_what_its_subject_may_do_within_its_scopes() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "invoices.read", "READ").await;
        permission(&olga, &acme, "invoices.approve", "WRITE").await;
        let clerk = role(&olga, &acme, "Clerk", &["invoices.read", "members.read"]).await;
        let ada = world.join(&olga, &acme, "ada", &clerk).await;
        let check = of(&acme, "access/check");
        for (scopes, name, allowed) in [
            (&["invoices.read"][..], "invoices.read", true),
            (&["invoices.*"], "invoices.read", true),
            (&["members.read", "reports.publish"], "invoices.read", false),
            (&[], "invoices.read", false),
            (&["invoices.*"], "invoices.approve", false),
            (&["invoices.approve"], "invoices.approve", false),
        ] {
            let question = json!({"principal": token(&ada, scopes), "permission": name});
            let answer = olga.post(&check, question.clone()).await.ok(200);
            assert_eq!(answer["allowed"], json!(allowed), "{scopes:?} {name}");
            let batch = json!({"checks": [question, {"principal": token(&ada, &[name]), "permission": "members.read"}]});
            let answers = olga.post(&of(&acme, "access/batch-check"), batch).await.ok(200);
            assert_eq!(answers["results"], json!([{"allowed": allowed}, {"allowed": false}]));
        }
        let listed = json!({"principal": token(&ada, &["invoices.*", "roles.read"])});
        let listed = olga.post(&of(&acme, "access/list-permissions"), listed).await.ok(200);
        assert_eq!(listed["permissions"], json!([{"permission": "invoices.read"}]));
        let reached = |scopes: &[&str]| {
            let principal = token(&ada, scopes);
            json!({"principal": principal, "permission": "members.read", "resource_type": "organization"})
        };
        for (scopes, many) in [(&["members.*"][..], 1), (&["invoices.*"], 0)] {
            let answer = olga.post(&of(&acme, "access/list-resources"), reached(scopes)).await.ok(200);
            assert_eq!(answer["resources"].as_array().unwrap().len(), many, "{scopes:?}");
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn an_explanation_says_that_the_token_is_good_for_other_things_and_proposes_no_role() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::READER).await;
        let explain = of(&acme, "access/explain");
        let question = json!({"principal": token(&ada, &["roles.read"]), "permission": "members.read"});
        let why = olga.post(&explain, question).await.ok(200);
        assert_eq!((&why["allowed"], &why["denial"]), (&json!(false), &json!("OUT_OF_SCOPE")));
        assert_eq!(why["sentence"], "Denied: members.read is not among the scopes of the token.");
        assert_eq!((&why["paths"], &why["remedies"]), (&json!([]), &json!([])));
        // Whoever could not do it anyway is told that, and no role would help the token.
        let question = json!({"principal": token(&ada, &["roles.read"]), "permission": "members.remove"});
        let why = olga.post(&explain, question).await.ok(200);
        assert_eq!((&why["denial"], &why["remedies"]), (&json!("NO_PERMISSION"), &json!([])));
    })
    .await;
}

#[tokio::test]
async fn scopes_that_are_none_are_refused_by_their_place_and_a_page_belongs_to_its_scopes() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ask = async |scopes: Value| {
            let principal = json!({"type": "user", "id": olga.user_id, "scopes": scopes});
            olga.post(
                &of(&acme, "access/check"),
                json!({"principal": principal, "permission": "members.read"}),
            )
            .await
        };
        for wrong in ["members", "*", "members.re*", "Members.read", ""] {
            let refused = ask(json!(["members.read", wrong])).await.problem(400, "invalid_scope");
            assert_eq!(refused["errors"][0]["field"], "/principal/scopes/1", "{wrong}");
        }
        let refused = ask(json!(vec!["members.read"; 101])).await.problem(400, "invalid_scope");
        assert_eq!(refused["errors"][0]["field"], "/principal/scopes");
        ask(json!("members.read")).await.problem(400, "invalid_type");
        let list = async |scopes: &[&str], token_of: Option<&str>| {
            let mut body = json!({"principal": token(&olga, scopes), "page_size": 1});
            if let Some(token) = token_of {
                body["page_token"] = json!(token);
            }
            olga.post(&of(&acme, "access/list-permissions"), body).await
        };
        let first = list(&["members.*"], None).await.ok(200);
        let next = first["next_page_token"].as_str().unwrap();
        list(&["members.*"], Some(next)).await.ok(200);
        list(&["members.read", "roles.*"], Some(next)).await.problem(400, "page_token_mismatch");
    })
    .await;
}

#[tokio::test]
async fn authzen_takes_scopes_among_a_subject_s_properties_and_never_overlooks_them() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ask = async |properties: Value| {
            let body = json!({
                "subject": {"type": "user", "id": olga.user_id, "properties": properties},
                "action": {"name": "members.read"},
                "resource": {"type": "organization", "id": acme},
            });
            olga.post("/access/v1/evaluation", body).await
        };
        for (properties, allowed) in [
            (json!({"department": "Sales"}), true),
            (json!({"scopes": ["members.*"]}), true),
            (json!({"scopes": ["roles.read"]}), false),
            (json!({"scopes": []}), false),
        ] {
            let answer = ask(properties.clone()).await.ok(200);
            assert_eq!(answer["decision"], json!(allowed), "{properties}");
        }
        // What is meant to limit is not ignored.
        assert_eq!(ask(json!({"scopes": "members.read"})).await.status, 400);
        assert_eq!(ask(json!({"scopes": ["members"]})).await.status, 400);
    })
    .await;
}
