//! Why an answer is what it is.

use polity_testkit::{Actor, Value, json, on_each, roles};

use crate::rights::{child, key, member, of};

fn ask(whom: &Actor, permission: &str) -> Value {
    json!({"principal": {"type": "user", "id": whom.user_id}, "permission": permission})
}

#[tokio::test]
async fn an_allowed_one_is_explained_by_its_ways() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &acme, "ada", roles::READER).await;
        let why = olga.post(&of(&north, "access/explain"), ask(&ada, "audit.read")).await.ok(200);
        assert_eq!((&why["allowed"], why.get("denial"), &why["remedies"]), (&json!(true), None, &json!([])));
        assert_eq!(
            why["sentence"],
            "Allowed: the role Reader, held in Acme, includes audit.read and is inherited by North."
        );
        let way = &why["paths"][0];
        assert_eq!(
            (&way["by"], &way["organization"]),
            (&json!("role"), &json!(format!("organizations/{acme}")))
        );
        assert_eq!(
            way["through"],
            json!([format!("organizations/{acme}"), format!("organizations/{north}")])
        );
    })
    .await;
}

#[tokio::test]
async fn a_denied_one_is_explained_with_what_would_help_the_least_powerful_first() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "access/explain");
        let why = olga.post(&path, ask(&ada, "audit.read")).await.ok(200);
        assert_eq!((&why["allowed"], &why["denial"]), (&json!(false), &json!("NO_PERMISSION")));
        let titles: Vec<_> =
            why["remedies"].as_array().unwrap().iter().map(|one| &one["role_title"]).collect();
        assert_eq!(titles, ["Reader", "Admin", "Owner"]);
        assert_eq!(why["remedies"][0]["membership_needed"], false);
        // Doing what it says helps.
        let role = why["remedies"][0]["role"].as_str().unwrap();
        olga.patch(&member(&acme, &ada), json!({"roles": [role]})).await.ok(200);
        assert_eq!(olga.post(&path, ask(&ada, "audit.read")).await.ok(200)["allowed"], true);
        let eve = world.person("eve").await;
        let why = olga.post(&path, ask(&eve, "audit.read")).await.ok(200);
        assert_eq!(
            (&why["denial"], &why["remedies"][0]["membership_needed"]),
            (&json!("NO_PART"), &json!(true))
        );
        let (_, id) = key(world, &olga, &acme, &["members.read"]).await;
        let why = olga
            .post(&path, json!({"principal": {"type": "api_key", "id": id}, "permission": "audit.read"}))
            .await
            .ok(200);
        assert_eq!(why["remedies"], json!([{"do": "add_key_permission", "permission": "audit.read"}]));
    })
    .await;
}

#[tokio::test]
async fn explaining_others_takes_its_own_permission() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let ada = world.join(&olga, &acme, "ada", roles::MEMBER).await;
        let path = of(&acme, "access/explain");
        let refused = ada.post(&path, ask(&olga, "audit.read")).await.problem(403, "permission_denied");
        assert_eq!(refused["required_permission"], "access.explain");
        assert_eq!(ada.post(&path, ask(&ada, "audit.read")).await.ok(200)["allowed"], false);
        let (checks, _) = key(world, &olga, &acme, &["access.check"]).await;
        checks.post(&path, ask(&olga, "audit.read")).await.problem(403, "permission_denied");
        let eve = world.person("eve").await;
        eve.post(&path, ask(&eve, "audit.read")).await.problem(404, "not_found");
    })
    .await;
}

#[tokio::test]
async fn a_suspended_one_is_explained_by_what_is_suspended() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let north = child(&olga, &acme, "North").await;
        let ada = world.join(&olga, &north, "ada", roles::ADMIN).await;
        olga.post(&of(&north, "suspend"), json!({"reason": "unpaid"})).await.ok(200);
        let why = ada.post(&of(&north, "access/explain"), ask(&ada, "members.add")).await.ok(200);
        assert_eq!(why["denial"], "SUSPENDED");
        let resume = json!({"do": "resume_organization", "organization": format!("organizations/{north}")});
        assert_eq!(why["remedies"], json!([resume]));
    })
    .await;
}
