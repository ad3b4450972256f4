//! Pages: what the specification asks of tokens and limits.

use polity_testkit::{Value, json, on_each, roles};

use super::{ACTION, SUBJECT, organization, pep, question, revision, user};
use crate::rights::member;

#[tokio::test]
async fn pages_are_all_of_the_first_ones_revision_and_count_what_they_hold() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let mut people = vec![olga.user_id.clone()];
        for name in ["ada", "bob", "cleo", "zoe"] {
            people.push(world.join(&olga, &acme, name, roles::READER).await.user_id);
        }
        people.sort();
        let at = revision(world, &acme).await;
        let mut asked = question(&json!({"type": "user"}), "members.read", &organization(&acme));
        asked["page"] = json!({"limit": 2});
        let mut found = Vec::new();
        for (count, written) in [(2, "pia"), (2, "quin"), (1, "rosa")] {
            let page = olga.post(SUBJECT, asked.clone()).await.ok(200);
            assert_eq!((&page["page"]["count"], &page["page"]["total"]), (&json!(count), &json!(5)));
            assert_eq!(page["context"], json!({"revision": at}));
            found.extend(page["results"].as_array().unwrap().clone());
            asked["page"] = json!({"token": page["page"]["next_token"], "limit": 2});
            world.join(&olga, &acme, written, roles::READER).await;
        }
        assert_eq!(asked["page"]["token"], "", "the last page says so");
        let expected: Vec<_> = people.iter().map(|id| json!({"type": "user", "id": id})).collect();
        assert_eq!(found, expected);
        // An empty token begins anew.
        let again = olga.post(SUBJECT, asked).await.ok(200);
        assert_eq!(again["page"]["total"], 8);
    })
    .await;
}

#[tokio::test]
async fn a_token_is_good_for_the_request_that_it_was_given_for_and_for_its_asker() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::ADMIN).await;
        let mut asked = question(&json!({"type": "user"}), "members.read", &organization(&acme));
        asked["page"] = json!({"limit": 1});
        let first = olga.post(SUBJECT, asked.clone()).await.ok(200);
        let token = first["page"]["next_token"].as_str().unwrap().to_owned();
        asked["page"] = json!({"token": token});
        olga.post(SUBJECT, asked.clone()).await.ok(200);
        let other = async |asked: Value| {
            let refused = olga.post(SUBJECT, asked.clone()).await.problem(400, "page_token_mismatch");
            assert_eq!(refused["errors"][0]["field"], "/page/token", "{asked}");
        };
        for (place, value) in [
            ("/subject/type", json!("group")),
            ("/action/name", json!("members.add")),
            ("/resource/id", json!("root")),
        ] {
            let mut changed = asked.clone();
            *changed.pointer_mut(place).unwrap() = value;
            other(changed).await;
        }
        let mut changed = asked.clone();
        changed["page"]["limit"] = json!(2);
        other(changed).await;
        let mut changed = asked.clone();
        changed["page"]["token"] = json!(token.replacen("1.", "1000.", 1));
        other(changed).await;
        ada.post(SUBJECT, asked.clone()).await.problem(400, "page_token_mismatch");
        let mut own =
            json!({"subject": user(&ada), "resource": organization(&acme), "page": {"token": token}});
        olga.post(ACTION, own.clone()).await.problem(400, "page_token_mismatch");
        for broken in ["x", ".", "1.", "1.x", "1.AAAA", "a.b", "-1.x", "1", &format!("{token}x"), &token[2..]]
        {
            let mut asked = asked.clone();
            asked["page"]["token"] = json!(broken);
            let answer = olga.post(SUBJECT, asked).await;
            if broken == "1." {
                answer.ok(200);
                continue;
            }
            let refused = answer.problem(400, "invalid_page_token");
            assert_eq!(refused["errors"][0]["field"], "/page/token", "{broken}");
        }
        // Whoever loses the right meanwhile is refused, and does not see an end.
        olga.patch(&member(&acme, &ada), json!({"roles": [roles::ADMIN]})).await;
        own["page"] = json!({"limit": 1});
        own["subject"] = user(&olga);
        let first = ada.post(ACTION, own.clone()).await.ok(200);
        own["page"] = json!({"token": first["page"]["next_token"]});
        assert_eq!(olga.delete(&member(&acme, &ada)).await.status, 204);
        ada.post(ACTION, own).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_limit_is_a_limit_also_when_it_is_nothing_or_very_much() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let point = pep(world, &olga, &acme).await;
        let asked = |page: Value| json!({"subject": user(&olga), "resource": organization(&acme), "page": page});
        let all = point.post(ACTION, asked(json!({"limit": 1000}))).await.ok(200);
        let total = all["page"]["total"].as_u64().unwrap();
        assert!(total > 60 && all["page"]["count"] == total && all["page"]["next_token"] == "");
        for much in [1001_u64, 1_000_000, u64::from(u32::MAX), i64::MAX as u64, u64::MAX] {
            let page = point.post(ACTION, asked(json!({"limit": much}))).await.ok(200);
            assert_eq!(page, all);
        }
        for usual in [Value::Null, json!({}), json!({"token": ""}), json!({"properties": {"sort": "name"}})] {
            let page = point.post(ACTION, asked(usual)).await.ok(200);
            assert_eq!((&page["page"]["count"], &page["page"]["total"]), (&json!(50), &json!(total)));
            let next = point.post(ACTION, asked(json!({"token": page["page"]["next_token"]}))).await.ok(200);
            assert_eq!(next["page"]["count"], total - 50);
        }
        let none = point.post(ACTION, asked(json!({"limit": 0}))).await.ok(200);
        assert_eq!((&none["results"], &none["page"]["count"]), (&json!([]), &json!(0)));
        assert_ne!(none["page"]["next_token"], "", "there is more");
        let token = json!({"token": none["page"]["next_token"], "limit": 0});
        assert_eq!(point.post(ACTION, asked(token)).await.ok(200), none, "as often as it is asked");
        let nobody = json!({"subject": {"type": "user", "id": "nobody"}, "resource": organization(&acme), "page": {"limit": 0}});
        let none = point.post(ACTION, nobody).await.ok(200);
        assert_eq!(none["page"], json!({"next_token": "", "count": 0, "total": 0}));
        for wrong in [json!(-1), json!(1.5), json!("2"), json!(1e30), json!([])] {
            let refused = point.post(ACTION, asked(json!({"limit": wrong}))).await;
            assert_eq!((refused.status, &refused.body["errors"][0]["field"]), (400, &json!("/page/limit")));
        }
    })
    .await;
}
