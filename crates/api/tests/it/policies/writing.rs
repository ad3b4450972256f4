//! Making, changing and deleting policies, and trying them.

use polity_testkit::{json, on_each, roles};

use super::{enforce, forbid, one, policy, question};
use crate::rights::{assert_sound, child, key, of, permission};

#[tokio::test]
async fn a_policy_is_made_looked_at_changed_and_deleted() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let text = forbid("members.remove");
        let body = json!({"title": "Nobody leaves", "mode": "ENFORCE", "text": text});
        let made = olga.post(&of(&acme, "policies"), body).await;
        let location = made.header("location").to_owned();
        let made = made.ok(201);
        assert_eq!(
            (&made["title"], &made["mode"], &made["text"]),
            (&json!("Nobody leaves"), &json!("ENFORCE"), &json!(text))
        );
        assert!(made.get("would_have_denied_count").is_none(), "what is enforced denies: {made}");
        let got = olga.get(&location).await;
        let tag = got.header("etag").to_owned();
        assert_eq!(got.ok(200), made);
        let path = one(&acme, made["id"].as_str().unwrap());
        olga.header("if-match", "\"4711\"")
            .patch(&path, json!({"mode": "SHADOW"}))
            .await
            .problem(412, "etag_mismatch");
        let changed = olga
            .header("if-match", &tag)
            .patch(&path, json!({"mode": "SHADOW", "title": "Few leave"}))
            .await
            .ok(200);
        assert_eq!(
            (&changed["title"], &changed["mode"], &changed["text"]),
            (&json!("Few leave"), &json!("SHADOW"), &json!(text))
        );
        assert_eq!(changed["would_have_denied_count"], 0);
        let list = |query: &str| of(&acme, &format!("policies?{query}"));
        assert_eq!(olga.get(&list("filter=mode%3DSHADOW")).await.ok(200)["policies"], json!([changed]));
        assert_eq!(olga.get(&list("filter=mode%3DENFORCE")).await.ok(200)["policies"], json!([]));
        assert_eq!(olga.get(&list("order_by=title&show_total=true")).await.ok(200)["total_size"], 1);
        assert_eq!(olga.delete(&path).await.status, 204);
        olga.get(&path).await.problem(404, "not_found");
        let events = olga.get(&of(&acme, "audit-events?page_size=3")).await.ok(200);
        let kinds: Vec<_> =
            events["audit_events"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
        assert_eq!(kinds, ["policy.deleted", "policy.updated", "policy.created"]);
        assert_eq!(events["audit_events"][1]["before"]["mode"], "ENFORCE");
        assert_eq!(events["audit_events"][1]["after"]["text"], json!(text));
        assert_eq!(events["audit_events"][0]["before"]["title"], "Few leave");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn a_text_that_is_no_policy_is_refused_at_its_place_with_the_reason() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let path = of(&acme, "policies");
        let good = enforce(&olga, &acme, &forbid("members.remove")).await;
        for (text, reason) in [
            ("permit (principal, action, resource);".to_owned(), "only roles permit"),
            ("forbid (principal, action resource);".to_owned(), "line 1, column 27"),
            (forbid("members.raed"), "members.raed"),
            (forbid("policies.delete"), "policies.delete"),
            (forbid("documents.read"), "documents.read"),
            ("forbid (principal, action, resource) when { context.mfa };".to_owned(), "mfa"),
            (format!("// {}\n{}", "x".repeat(9_000), forbid("members.read")), "8192"),
            ("(".repeat(8_000), "deep"),
            (String::new(), "no statement"),
        ] {
            let body = json!({"title": "Rule", "mode": "ENFORCE", "text": text});
            let refused = olga.post(&path, body).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], "/text", "{text}");
            assert!(refused["errors"][0]["detail"].as_str().unwrap().contains(reason), "{text}: {refused}");
            let refused =
                olga.patch(&one(&acme, &good), json!({"text": text})).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], "/text");
            let refused = olga.post(&of(&acme, "policies/test"), json!({"text": text})).await;
            assert_eq!(refused.problem(400, "invalid_value")["errors"][0]["field"], "/text");
        }
        let both = json!({"title": "", "mode": "ENFORCE", "text": "nothing"});
        let refused = olga.post(&path, both).await.problem(400, "invalid_value");
        assert_eq!(
            (&refused["errors"][0]["field"], &refused["errors"][1]["field"]),
            (&json!("/title"), &json!("/text"))
        );
        olga.post(&path, json!({"title": "Rule", "mode": "OFF", "text": forbid("members.read")}))
            .await
            .problem(400, "invalid_value");
        // What an application registers is known from then on.
        permission(&olga, &acme, "documents.read", "READ").await;
        let text = "forbid (principal, action == Action::\"documents.read\", resource is App::documents);";
        enforce(&olga, &acme, text).await;
    })
    .await;
}

#[tokio::test]
async fn a_stranger_learns_nothing_and_a_member_changes_nothing() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (eve, other) = world.tenant("Other", "eve").await;
        let max = world.join(&olga, &acme, "max", roles::MEMBER).await;
        let rita = world.join(&olga, &acme, "rita", roles::READER).await;
        let id = enforce(&olga, &acme, &forbid("members.remove")).await;
        let body = json!({"title": "Rule", "mode": "ENFORCE", "text": forbid("members.read")});
        for (method, path, body) in [
            ("get", of(&acme, "policies"), json!(null)),
            ("get", one(&acme, &id), json!(null)),
            ("post", of(&acme, "policies"), body.clone()),
            ("post", of(&acme, "policies/test"), json!({"text": forbid("members.read")})),
            ("patch", one(&acme, &id), json!({"mode": "SHADOW"})),
            ("delete", one(&acme, &id), json!(null)),
        ] {
            let send = async |actor: &polity_testkit::Actor| match method {
                "get" => actor.get(&path).await,
                "post" => actor.post(&path, body.clone()).await,
                "patch" => actor.patch(&path, body.clone()).await,
                _ => actor.delete(&path).await,
            };
            send(&eve).await.problem(404, "not_found");
            send(&max).await.problem(403, "permission_denied");
            if method == "get" {
                assert_eq!(send(&rita).await.status, 200);
            }
        }
        // Another organization's policy is none of one's own.
        let foreign = enforce(&eve, &other, &forbid("members.remove")).await;
        for path in [one(&acme, &foreign), one(&other, &id)] {
            let actor = if path.contains(&acme) { &olga } else { &eve };
            actor.get(&path).await.problem(404, "not_found");
            actor.patch(&path, json!({"mode": "SHADOW"})).await.problem(404, "not_found");
            actor.delete(&path).await.problem(404, "not_found");
        }
        // Who tries a policy on others may ask about them, too.
        let about = json!({"text": forbid("members.read"), "checks": [question(&olga, "members.read")]});
        let refused = rita.post(&of(&acme, "policies/test"), about).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "access.check");
    })
    .await;
}

#[tokio::test]
async fn a_policy_is_tried_without_anything_being_kept() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let max = world.join(&olga, &acme, "max", roles::MEMBER).await;
        let text = "forbid (principal, action == Action::\"members.remove\", resource) \
            when { context.number.hasTag(\"n\") && context.number.getTag(\"n\") * 2 > 10 };";
        let ask = |whom: &polity_testkit::Actor, number: i64, at: &str| {
            let mut asked = question(whom, "members.remove");
            asked["context"] = json!({"n": number});
            asked["resource"] = json!({"type": "organization", "id": at});
            asked
        };
        let checks =
            [ask(&olga, 5, &acme), ask(&olga, 6, &north), ask(&olga, i64::MAX, &acme), ask(&max, 6, &acme)];
        let tried =
            olga.post(&of(&acme, "policies/test"), json!({"text": text, "checks": checks})).await.ok(200);
        let said = |row: usize| {
            let result = &tried["results"][row];
            (result["allowed"].clone(), result["allowed_with_policy"].clone(), result["verdict"].clone())
        };
        assert_eq!(said(0), (json!(true), json!(true), json!("SILENT")));
        assert_eq!(said(1), (json!(true), json!(false), json!("FORBIDS")));
        assert_eq!(said(2), (json!(true), json!(false), json!("FAILS")));
        assert!(tried["results"][2]["failure"].as_str().unwrap().contains("overflow"), "{tried}");
        assert_eq!(said(3), (json!(false), json!(false), json!("FORBIDS")));
        assert_eq!(olga.get(&of(&acme, "policies")).await.ok(200)["policies"], json!([]));
        let wrong =
            json!({"text": text, "checks": [question(&olga, "members.remove"), question(&olga, "no.such")]});
        let refused = olga.post(&of(&acme, "policies/test"), wrong).await.problem(400, "unknown_permission");
        assert_eq!(refused["errors"][0]["field"], "/checks/1/permission");
    })
    .await;
}

#[tokio::test]
async fn context_that_no_policy_can_be_told_is_refused_by_name() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for (context, field) in [
            (json!({"a": {"b": 1}}), "/context/a"),
            (json!({"a/b": 1.5}), "/context/a~1b"),
            (json!({"ip": "here"}), "/context/ip"),
            (json!({"a": null}), "/context/a"),
        ] {
            let mut asked = question(&olga, "members.read");
            asked["context"] = context;
            let refused =
                olga.post(&of(&acme, "access/check"), asked.clone()).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], field);
            olga.post(&of(&acme, "access/explain"), asked.clone()).await.problem(400, "invalid_value");
            let refused = olga.post(&of(&acme, "access/batch-check"), json!({"checks": [asked]})).await;
            assert_eq!(
                refused.problem(400, "invalid_value")["errors"][0]["field"],
                format!("/checks/0{field}")
            );
        }
    })
    .await;
}

#[tokio::test]
async fn an_organization_has_so_many_policies_and_no_more() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let long = format!("// {}\n{}", "x".repeat(8_100), forbid("audit.record"));
        for _ in 0..4 {
            enforce(&olga, &acme, &long).await;
            policy(&olga, &north, "SHADOW", &long).await;
        }
        let body = json!({"title": "One more", "mode": "SHADOW", "text": long});
        olga.post(&of(&north, "policies"), body.clone()).await.problem(409, "limit_reached");
        olga.post(&of(&acme, "policies"), body).await.problem(409, "limit_reached");
        let (robot, _) = key(world, &olga, &acme, &["policies.create"]).await;
        let short = json!({"title": "Short", "mode": "SHADOW", "text": forbid("audit.read")});
        assert_eq!(robot.post(&of(&acme, "policies"), short).await.status, 201, "a key may, if it says so");
    })
    .await;
}
