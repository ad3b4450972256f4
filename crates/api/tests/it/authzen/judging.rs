//! Who may ask what, and what they are told beside the answer.

use polity_app::access_log::flush;
use polity_testkit::{Actor, Value, json, on_each, roles};

use super::{
    ACTION, EVALUATION, EVALUATIONS, RESOURCE, SUBJECT, decided, not_there, organization, pep, question,
    revision, user,
};
use crate::rights::{child, id, key, of, permission, role};

#[tokio::test]
async fn everybody_may_ask_about_themselves_and_about_others_who_holds_access_check() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let at = revision(world, &acme).await;
        let on = organization(&acme);
        let own = ada.post(EVALUATION, question(&user(&ada), "members.read", &on)).await.ok(200);
        assert_eq!(own, decided(true, &at));
        let sort = json!({"type": "organization", "properties": {"organization_id": acme}});
        let about_olga = [
            (EVALUATION, question(&user(&olga), "members.read", &on)),
            (EVALUATION, question(&json!({"type": "user", "id": "nobody"}), "members.read", &on)),
            (EVALUATION, question(&json!({"type": "robot", "id": "r2"}), "members.burn", &on)),
            (SUBJECT, question(&json!({"type": "user"}), "members.read", &on)),
            (RESOURCE, question(&user(&olga), "members.read", &sort)),
            (ACTION, json!({"subject": user(&olga), "resource": on})),
        ];
        let (weak, _) = key(world, &olga, &acme, &["audit.read", "members.read"]).await;
        for (path, asked) in about_olga {
            for asker in [&ada, &weak] {
                let refused = asker.post(path, asked.clone()).await.problem(403, "permission_denied");
                assert_eq!(refused["required_permission"], "access.check", "{path} {asked}");
            }
            world.nobody().post(path, asked.clone()).await.problem(401, "unauthenticated");
            olga.post(path, asked).await.ok(200);
        }
        let actions = ada.post(ACTION, json!({"subject": user(&ada), "resource": on})).await.ok(200);
        assert!(actions["results"].as_array().unwrap().contains(&json!({"name": "members.read"})));
    })
    .await;
}

#[tokio::test]
async fn why_not_is_told_to_whoever_may_have_it_explained() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let eve = world.person("eve").await;
        let checker = pep(world, &olga, &acme).await;
        let at = revision(world, &acme).await;
        let denied = |reason: &str| json!({"decision": false, "context": {"reason": reason, "revision": at}});
        let workspace = json!({"type": "workspace", "id": "wks_01h455vb4pex5vsknk084sn02q", "properties": {"organization_id": acme}});
        let on = organization(&acme);
        for (subject, resource, reason) in [
            (user(&ada), &on, "NO_PERMISSION"),
            (user(&eve), &on, "NO_PART"),
            (json!({"type": "user", "id": "nobody@example.com"}), &on, "NO_PART"),
            (json!({"type": "robot", "id": "r2"}), &on, "NO_PART"),
            (json!({"type": "user", "id": "user_00000000000000000000000000"}), &on, "NO_PART"),
            (user(&olga), &workspace, "NO_RESOURCE"),
        ] {
            let asked = question(&subject, "members.add", resource);
            assert_eq!(olga.post(EVALUATION, asked.clone()).await.ok(200), denied(reason), "{asked}");
            assert_eq!(checker.post(EVALUATION, asked).await.ok(200), decided(false, &at));
        }
        // About oneself everything is told.
        let own = ada.post(EVALUATION, question(&user(&ada), "members.add", &on)).await.ok(200);
        assert_eq!(own, denied("NO_PERMISSION"));
    })
    .await;
}

#[tokio::test]
async fn ten_14_a_suspended_organization_allows_nothing_and_says_so_to_its_own_people() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::ADMIN).await;
        olga.post(&of(&north, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        let on = organization(&north);
        let own = ada.post(EVALUATION, question(&user(&ada), "members.read", &on)).await.ok(200);
        assert_eq!((&own["decision"], &own["context"]["reason"]), (&json!(false), &json!("SUSPENDED")));
        let about = question(&user(&olga), "members.read", &on);
        ada.post(EVALUATION, about.clone()).await.problem(403, "organization_suspended");
        let several = json!({"evaluations": [about, question(&user(&ada), "members.read", &on)]});
        let both = ada.post(EVALUATIONS, several).await.ok(200);
        assert_eq!(both["evaluations"][0]["context"]["error"]["code"], "organization_suspended");
        assert_eq!(both["evaluations"][1]["context"]["reason"], "SUSPENDED");
        assert!(both["evaluations"].as_array().unwrap().iter().all(|one| one["decision"] == false));
        let eve = world.person("eve").await;
        let hidden = question(&user(&eve), "members.read", &on);
        assert_eq!(eve.post(EVALUATION, hidden).await.ok(200), not_there());
    })
    .await;
}

#[tokio::test]
async fn every_sort_of_subject_is_asked_about_and_searched_for() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let clerk = role(&olga, &acme, "Clerk", &["documents.publish"]).await;
        let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "Clerks"})).await.ok(201));
        let robot = id(&olga.post(&of(&acme, "service-accounts"), json!({"title": "Robot"})).await.ok(201));
        for (kind, id) in [("group", &group), ("service_account", &robot)] {
            let body = json!({"principal": {"type": kind, "id": id}, "role": clerk});
            olga.post(&of(&acme, "role-assignments"), body).await.ok(201);
        }
        let (asker, asker_id) = key(world, &olga, &acme, &["access.check", "documents.publish"]).await;
        let document = json!({"type": "documents", "id": "42"});
        let subjects = [
            json!({"type": "user", "id": olga.user_id}),
            json!({"type": "group", "id": group}),
            json!({"type": "service_account", "id": robot}),
            json!({"type": "api_key", "id": asker_id}),
        ];
        for subject in &subjects {
            for action in ["publish", "documents.publish"] {
                let answer = asker.post(EVALUATION, question(subject, action, &document)).await.ok(200);
                assert_eq!(answer["decision"], true, "{subject}");
            }
            let sort = json!({"type": subject["type"], "id": "is ignored", "properties": {"x": [1]}});
            let found = asker.post(SUBJECT, question(&sort, "publish", &document)).await.ok(200);
            assert_eq!(found["results"], json!([subject]));
        }
        let none =
            asker.post(SUBJECT, question(&json!({"type": "robot"}), "publish", &document)).await.ok(200);
        assert_eq!((&none["results"], &none["page"]["total"]), (&json!([]), &json!(0)));
        assert!(none["context"].get("error").is_none());
        // An id of one sort is nobody of another.
        let mixed = json!({"type": "group", "id": olga.user_id});
        let answer = asker.post(EVALUATION, question(&mixed, "publish", &document)).await.ok(200);
        assert_eq!(answer["decision"], false);
    })
    .await;
}

#[tokio::test]
async fn what_is_named_and_not_known_is_denied_and_found_nowhere_with_the_reason() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        permission(&olga, &acme, "documents.publish", "WRITE").await;
        let inside = json!({"organization_id": acme});
        let long = "x".repeat(256);
        let known = json!({"type": "documents", "id": "42", "properties": inside});
        let cases = [
            (known.clone(), "members.burn", "unknown_permission", "/action/name"),
            (known.clone(), "burn", "unknown_permission", "/action/name"),
            (known, "", "unknown_permission", "/action/name"),
            (organization(&acme), "read", "unknown_permission", "/action/name"),
            (
                json!({"type": "planets", "id": "1", "properties": inside}),
                "members.read",
                "unknown_resource_type",
                "/resource/type",
            ),
            (
                json!({"type": "documents", "id": "", "properties": inside}),
                "publish",
                "invalid_value",
                "/resource/id",
            ),
            (
                json!({"type": "documents", "id": long, "properties": inside}),
                "publish",
                "invalid_value",
                "/resource/id",
            ),
        ];
        for (resource, action, code, field) in cases {
            let asked = question(&user(&olga), action, &resource);
            let answer = olga.post(EVALUATION, asked.clone()).await.ok(200);
            let error = &answer["context"]["error"];
            assert_eq!(answer["decision"], false, "{asked}");
            assert_eq!(
                (&error["status"], &error["code"], &error["field"]),
                (&json!(400), &json!(code), &json!(field))
            );
            assert!(error["message"].as_str().is_some_and(|message| !message.contains("xxx")));
            let several = olga.post(EVALUATIONS, json!({"evaluations": [asked]})).await.ok(200);
            assert_eq!(several, json!({"evaluations": [answer]}));
            let sort = question(&json!({"type": "user"}), action, &resource);
            let found = olga.post(SUBJECT, sort).await.ok(200);
            assert_eq!((&found["results"], &found["context"]["error"]), (&json!([]), error));
        }
        for (kind, action, code, field) in [
            ("planets", "members.read", "unknown_resource_type", "/resource/type"),
            ("documents", "burn", "unknown_permission", "/action/name"),
        ] {
            let sort = json!({"type": kind, "properties": inside});
            let found = olga.post(RESOURCE, question(&user(&olga), action, &sort)).await.ok(200);
            assert_eq!(found["results"], json!([]));
            assert_eq!(
                (&found["context"]["error"]["code"], &found["context"]["error"]["field"]),
                (&json!(code), &json!(field))
            );
        }
    })
    .await;
}

#[tokio::test]
async fn aud_02_a_search_is_a_row_of_the_access_log_and_an_evaluation_none() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let eve = world.person("eve").await;
        let on = organization(&acme);
        for asker in [&olga, &ada, &eve] {
            asker.post(EVALUATION, question(&user(asker), "members.read", &on)).await.ok(200);
            asker.post(SUBJECT, question(&json!({"type": "user"}), "members.read", &on)).await;
        }
        flush(&world.app).await.unwrap();
        let rows = olga.get(&format!("{}?page_size=1000", of(&acme, "access-log"))).await.ok(200);
        let rows = rows["access_log"].as_array().unwrap();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let of_authzen = |row: &&Value| text(&row["route"]).starts_with("/access/");
        let told = |row: &Value| (text(&row["route"]), text(&row["user"]["id"]), text(&row["status"]));
        let mut seen: Vec<_> = rows.iter().filter(of_authzen).map(told).collect();
        seen.sort_unstable();
        let row = |who: &Actor, status: &str| (SUBJECT.to_owned(), who.user_id.clone(), status.to_owned());
        let mut expected = vec![row(&olga, "SUCCESS"), row(&ada, "FAILURE"), row(&eve, "FAILURE")];
        expected.sort_unstable();
        assert_eq!(seen, expected, "also of whoever found nothing because it is not theirs to know of");
    })
    .await;
}
