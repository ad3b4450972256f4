//! What is no request of the specification's is refused by its field; what it does not know is ignored.

use polity_testkit::{Actor, Value, json, on_each};

use super::{ACTION, EVALUATION, EVALUATIONS, RESOURCE, SUBJECT, organization, pep, question, user};

/// The five requests, as they are good.
fn good(whom: &Actor, acme: &str) -> [(&'static str, Value); 5] {
    let on = organization(acme);
    let sort = json!({"type": "organization", "properties": {"organization_id": acme}});
    [
        (EVALUATION, question(&user(whom), "members.read", &on)),
        (EVALUATIONS, json!({"evaluations": [question(&user(whom), "members.read", &on)]})),
        (SUBJECT, question(&json!({"type": "user"}), "members.read", &on)),
        (RESOURCE, question(&user(whom), "members.read", &sort)),
        (ACTION, json!({"subject": user(whom), "resource": on})),
    ]
}

#[tokio::test]
async fn what_is_required_and_lacking_or_of_another_type_is_400_and_named() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for (path, asked) in good(&olga, &acme) {
            olga.post(path, asked.clone()).await.ok(200);
            let base = if path == EVALUATIONS { "/evaluations/0" } else { "" };
            let mut fields = vec!["/subject", "/subject/type", "/resource", "/resource/type"];
            if path != ACTION {
                fields.extend(["/action", "/action/name"]);
            }
            if path != SUBJECT {
                fields.push("/subject/id");
            }
            if path != RESOURCE {
                fields.push("/resource/id");
            }
            for field in fields {
                let place = format!("{base}{field}");
                let (parent, name) = place.rsplit_once('/').unwrap();
                let mut lacking = asked.clone();
                lacking.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(name).unwrap();
                let refused = olga.post(path, lacking).await.problem(400, "missing_field");
                assert_eq!(refused["errors"][0]["field"], place, "{path}");
                for wrong in [json!(7), json!([]), json!(true)] {
                    let mut other = asked.clone();
                    *other.pointer_mut(&place).unwrap() = wrong;
                    let refused = olga.post(path, other).await.problem(400, "invalid_type");
                    assert_eq!(refused["errors"][0]["field"], place, "{path}");
                }
            }
            for object in ["/context", "/subject/properties", "/resource/properties"] {
                let place = format!("{base}{object}");
                let (parent, name) = place.rsplit_once('/').unwrap();
                for wrong in [json!("text"), json!([]), json!(1)] {
                    let mut other = asked.clone();
                    other.pointer_mut(parent).unwrap()[name] = wrong;
                    let refused = olga.post(path, other).await.problem(400, "invalid_type");
                    assert_eq!(refused["errors"][0]["field"], place, "{path}");
                }
            }
        }
        let on = json!({"type": "documents", "id": "42", "properties": {"organization_id": "acme"}});
        let refused = olga.post(EVALUATION, question(&user(&olga), "members.read", &on)).await;
        let refused = refused.problem(400, "invalid_id");
        assert_eq!(refused["errors"][0]["field"], "/resource/properties/organization_id");
    })
    .await;
}

#[tokio::test]
async fn what_the_specification_does_not_know_is_ignored_wherever_it_stands() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        for (path, asked) in good(&olga, &acme) {
            let mut plain = olga.post(path, asked.clone()).await.ok(200);
            let mut more = asked.clone();
            let base = if path == EVALUATIONS { "/evaluations/0" } else { "" };
            for place in ["", "/subject", "/resource"].map(|place| format!("{base}{place}")) {
                let object = more.pointer_mut(&place).unwrap();
                object["colour"] = json!({"deep": [1, {"er": null}]});
                object["decision"] = json!(true);
            }
            more["colour"] = json!(1);
            more["options"] = json!({"another_option": "value"});
            more["context"] = json!({"time": "1985-10-26T01:22-07:00", "anything": [1, 2, {"x": "y"}]});
            more.pointer_mut(&format!("{base}/subject")).unwrap()["properties"] =
                json!({"department": "Sales"});
            let mut told = olga.post(path, more).await.ok(200);
            // A page goes on with the context that it was asked with.
            for answer in [&mut plain, &mut told] {
                if let Some(token) = answer.pointer_mut("/page/next_token") {
                    *token = json!(token.as_str().is_some());
                }
            }
            assert_eq!(told, plain, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_request_has_its_limits() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let point = pep(world, &olga, &acme).await;
        let with = |evaluations: Vec<Value>| {
            let action = json!({"name": "members.read"});
            json!({"subject": user(&olga), "action": action, "resource": organization(&acme), "evaluations": evaluations})
        };
        let all = point.post(EVALUATIONS, with(vec![json!({}); 1000])).await.ok(200);
        assert_eq!(all["evaluations"].as_array().unwrap().len(), 1000);
        let refused = point.post(EVALUATIONS, with(vec![json!({}); 1001])).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/evaluations");
        let places = |count: u64| {
            let id = |number: u64| format!("org_{number:026}");
            let all = (1..=count).map(|number| json!({"resource": organization(&id(number))}));
            with(all.collect())
        };
        let denied = point.post(EVALUATIONS, places(100)).await.ok(200);
        assert!(denied["evaluations"].as_array().unwrap().iter().all(|one| one["decision"] == false));
        // Whether they are there or not: how many there are is no news.
        let refused = point.post(EVALUATIONS, places(101)).await.problem(400, "invalid_value");
        assert_eq!(refused["errors"][0]["field"], "/evaluations");
        for (options, field) in [
            (json!({"evaluations_semantic": "any"}), "/options/evaluations_semantic"),
            (json!({"evaluations_semantic": "EXECUTE_ALL"}), "/options/evaluations_semantic"),
            (json!({"evaluations_semantic": 1}), "/options/evaluations_semantic"),
            (json!([]), "/options"),
        ] {
            let mut asked = with(vec![json!({})]);
            asked["options"] = options;
            let refused = point.post(EVALUATIONS, asked).await;
            assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (400, &json!(field)));
        }
        let mut asked = with(vec![json!({})]);
        asked["evaluations"] = json!([[]]);
        let refused = point.post(EVALUATIONS, asked).await.problem(400, "invalid_type");
        assert_eq!(refused["errors"][0]["field"], "/evaluations/0");
        let question = question(&user(&olga), "members.read", &organization(&acme));
        point.post(&format!("{EVALUATION}?x=1"), question.clone()).await.problem(400, "unknown_parameter");
        let huge = json!({"subject": {"type": "user", "id": "x".repeat(1 << 20)}});
        point.post(EVALUATION, huge).await.problem(413, "body_too_large");
        assert_eq!(point.get(EVALUATION).await.status, 405);
    })
    .await;
}
