//! Many questions at once.

use polity_testkit::{json, on_each, roles};

use crate::rights::{child, of};

#[tokio::test]
async fn answers_come_in_order_and_of_one_revision() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::MEMBER).await;
        let who = |id: &str| json!({"type": "user", "id": id});
        let north = json!({"type": "organization", "id": north});
        let checks = json!([
            {"principal": who(&olga.user_id), "permission": "organizations.delete"},
            {"principal": who(&ada.user_id), "permission": "members.read"},
            {"principal": who(&ada.user_id), "permission": "members.read", "resource": north},
            {"principal": who(&ada.user_id), "permission": "members.add", "resource": north},
        ]);
        let answers = olga.post(&of(&acme, "access/batch-check"), json!({"checks": checks})).await.ok(200);
        let allowed: Vec<_> =
            answers["results"].as_array().unwrap().iter().map(|one| &one["allowed"]).collect();
        assert_eq!(allowed, [true, false, true, false]);
        assert!(answers["revision"].as_str().unwrap().starts_with(&format!("{acme}.")));
    })
    .await;
}

#[tokio::test]
async fn ten_05_one_question_that_may_not_be_asked_refuses_all_and_is_named() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (_, beta) = world.tenant("Beta", "bert").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "access/batch-check");
        let own = json!({"principal": {"type": "user", "id": ada.user_id}, "permission": "members.read"});
        let with = |field: &str, value| {
            let mut question = own.clone();
            question[field] = value;
            question
        };
        let others = with("principal", json!({"type": "user", "id": olga.user_id}));
        let refused =
            ada.post(&path, json!({"checks": [own, others]})).await.problem(403, "permission_denied");
        assert_eq!(
            (&refused["errors"][0]["field"], &refused["required_permission"]),
            (&json!("/checks/1"), &json!("access.check"))
        );
        let foreign = with("resource", json!({"type": "organization", "id": beta}));
        let refused = ada.post(&path, json!({"checks": [own, foreign]})).await.problem(404, "not_found");
        assert_eq!(refused["errors"][0]["field"], "/checks/1/resource/id");
        let unknown = with("permission", json!("members.burn"));
        let refused =
            ada.post(&path, json!({"checks": [own, own, unknown]})).await.problem(400, "unknown_permission");
        assert_eq!(refused["errors"][0]["field"], "/checks/2/permission");
        let malformed = with("principal", json!({"type": "user", "id": "ada"}));
        let refused = ada.post(&path, json!({"checks": [own, malformed]})).await.problem(400, "invalid_id");
        assert_eq!(refused["errors"][0]["field"], "/checks/1/principal/id");
        ada.post(&path, json!({"checks": []})).await.problem(400, "invalid_value");
        ada.post(&path, json!({"checks": vec![own.clone(); 1001]})).await.problem(400, "invalid_value");
        let all = ada.post(&path, json!({"checks": vec![own; 1000]})).await.ok(200);
        assert_eq!(all["results"].as_array().unwrap().len(), 1000);
    })
    .await;
}
