//! An application's own kinds of events, and its events in the ledger.

use polity_testkit::{Actor, Value, json, on_each, roles};

use super::{all, events, filtered};
use crate::rights::{assert_sound, child, of};

fn actions(organization: &str) -> String {
    of(organization, "audit-actions")
}

async fn published(owner: &Actor, organization: &str) {
    let body =
        json!({"name": "documents.published", "description": "A document was published", "crud": "CREATE"});
    owner.post(&actions(organization), body).await.ok(201);
}

async fn catalogue(actor: &Actor, organization: &str, filter: &str) -> Vec<Value> {
    let path = format!("{}?page_size=1000&filter={}", actions(organization), crate::rights::encoded(filter));
    actor.get(&path).await.ok(200)["audit_actions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn the_catalogue_has_politys_kinds_those_of_document_002_and_registered_ones() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        published(&owner, &acme).await;
        let all = catalogue(&owner, &acme, "").await;
        let named = |name: &str| all.iter().find(|one| one["id"] == name).unwrap();
        let created = named("CREATE_ORGANISATION");
        assert_eq!(
            (&created["equivalent"], &created["crud"], &created["source"]),
            (&json!("organization.created"), &json!("CREATE"), &json!("KNOWN"))
        );
        assert_eq!(named("LIST_KAFKA_ACLS")["crud"], "READ");
        assert_eq!(named("api_key.revoked")["crud"], "DELETE");
        assert_eq!(named("documents.published")["organization"], format!("organizations/{acme}"));
        assert_eq!(catalogue(&owner, &acme, "source = KNOWN").await.len(), 81);
        assert_eq!(catalogue(&owner, &acme, "source = APPLICATION").await.len(), 1);
        let mapped = all.iter().filter_map(|one| one["equivalent"].as_str());
        for kind in mapped {
            assert_eq!(named(kind)["source"], "POLITY", "{kind}");
        }
        let again = json!({"name": "documents.published", "description": "Out it went", "crud": "UPDATE"});
        owner.post(&actions(&acme), again.clone()).await.ok(201);
        let before = owner.get(&events(&acme)).await.ok(200);
        owner.post(&actions(&acme), again).await.ok(201);
        assert_eq!(owner.get(&events(&acme)).await.ok(200), before, "the same once more changes nothing");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn no_kind_passes_for_one_of_politys_own() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for name in
            ["organization.created", "api_key.leaked", "CREATE_CLUSTER", "", "a b", "a\u{0}", "1a", "é"]
        {
            let body = json!({"name": name, "description": "x", "crud": "READ"});
            owner.post(&actions(&acme), body).await.problem(400, "invalid_value");
        }
        for action in ["organization.deleted", "LINK_ACCOUNT", "unheard.of"] {
            let body = json!({"event_id": "1", "action": action});
            let refused = owner.post(&events(&acme), body).await.problem(400, "unknown_action");
            assert_eq!(refused["errors"][0]["field"], "/action", "{refused}");
        }
        // What Polity has no kind for is recorded as the document calls it.
        let body = json!({"event_id": "1", "action": "CREATE_CLUSTER", "target": "c-1"});
        let made = owner.post(&events(&acme), body).await.ok(201);
        assert_eq!((&made["kind"], &made["action"]), (&json!("custom.recorded"), &json!("CREATE_CLUSTER")));
        assert_eq!(made["description"], "Create cluster");
    })
    .await;
}

#[tokio::test]
async fn inp_15_an_event_is_recorded_once_under_its_id() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        published(&owner, &acme).await;
        let body = json!({
            "event_id": "e-1", "action": "documents.published", "target": "doc-17",
            "description": "Ann published the =price list", "attributes": {"pages": 3, "email": "ann@example.com"},
        });
        let made = owner.post(&events(&acme), body.clone()).await.ok(201);
        assert_eq!(owner.post(&events(&acme), body.clone()).await.ok(201), made);
        let mut other = body.clone();
        other["attributes"]["pages"] = json!(4);
        owner.post(&events(&acme), other).await.problem(409, "event_id_taken");
        let found = filtered(&owner, &acme, "action = \"documents.published\"").await;
        assert_eq!(found, vec![made.clone()]);
        assert_eq!(found[0]["after"]["attributes"], json!({"pages": 3, "email": "ann@example.com"}));
        assert_eq!((&found[0]["target"], &found[0]["crud"]), (&json!("doc-17"), &json!("CREATE")));
        assert_eq!(filtered(&owner, &acme, "keyword:\"price LIST\"").await.len(), 1);
        // Another organization's ids are its own.
        let (otto, beta) = world.tenant("Beta", "otto").await;
        published(&otto, &beta).await;
        assert_ne!(otto.post(&events(&beta), body).await.ok(201)["id"], made["id"]);
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_too_long_or_out_of_form_is_refused_by_name() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        published(&owner, &acme).await;
        let good = json!({"event_id": "e-1", "action": "documents.published"});
        let long = "x".repeat(9_000);
        for (field, value) in [
            ("event_id", json!("")),
            ("event_id", json!("a b")),
            ("event_id", json!("é")),
            ("target", json!("x".repeat(129))),
            ("target", json!("a\u{0}")),
            ("description", json!("two\nlines")),
            ("description", json!("a\u{0}")),
            ("attributes", json!({"text": long})),
        ] {
            let mut body = good.clone();
            body[field] = value;
            let refused = owner.post(&events(&acme), body).await.problem(400, "invalid_value");
            assert_eq!(refused["errors"][0]["field"], format!("/{field}"), "{refused}");
        }
        let mut zero = good.clone();
        zero["attributes"] = json!({"text": "a\u{0}b"});
        owner.post(&events(&acme), zero).await.problem(400, "invalid_value");
        let mut odd = good.clone();
        odd["attributes"] = json!({"labels": {"email": "x"}, "a_time": 1, "secrets": [{"hash": "h"}]});
        let made = owner.post(&events(&acme), odd.clone()).await.ok(201);
        assert_eq!(
            made["after"]["attributes"], odd["attributes"],
            "what is the application's own stays as it is"
        );
        assert_eq!(all(&owner, &acme).await[0], made);
    })
    .await;
}

#[tokio::test]
async fn ten_04_an_event_goes_to_an_account_below_and_nowhere_else() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        let sales = child(&owner, &acme, "Sales").await;
        let shut = child(&owner, &acme, "Shut").await;
        world.join(&owner, &shut, "shirley", roles::OWNER).await;
        owner.patch(&format!("/api/v1/organizations/{shut}"), json!({"inherits_roles": false})).await.ok(200);
        published(&owner, &acme).await;
        let body = |account: &str| {
            json!({"event_id": format!("for-{account}"), "action": "documents.published", "account": account})
        };
        let made = owner.post(&events(&acme), body(&sales)).await.ok(201);
        assert_eq!(made["organization"], format!("organizations/{sales}"));
        assert_eq!(all(&owner, &sales).await[0], made);
        let never = "org_01h455vb4pex5vsknk084sn02q";
        let mut refused = Vec::new();
        for account in [never, &beta, &shut] {
            let answer = owner.post(&events(&acme), body(account)).await;
            let mut problem = answer.problem(400, "invalid_value");
            problem["request_id"] = json!("");
            refused.push(problem);
        }
        assert!(refused.iter().all(|one| one["errors"] == refused[0]["errors"]), "{refused:?}");
        assert!(filtered(&otto, &beta, "action = \"documents.published\"").await.is_empty());
        // Who may record below may not do so above, nor by way of above.
        let carl = world.join(&owner, &sales, "carl", roles::ADMIN).await;
        carl.post(&events(&acme), body(&sales)).await.problem(404, "not_found");
        let max = world.join(&owner, &acme, "max", roles::MEMBER).await;
        let denied = max.post(&events(&acme), body(&sales)).await.problem(403, "permission_denied");
        assert_eq!(denied["required_permission"], "audit.record");
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn kinds_go_along_when_their_organization_leaves_its_tree() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&owner, &acme, "Sales").await;
        world.join(&owner, &sales, "sally", roles::OWNER).await;
        published(&owner, &sales).await;
        let body = json!({"event_id": "1", "action": "documents.published"});
        let made = owner.post(&events(&sales), body.clone()).await.ok(201);
        owner.post(&of(&acme, &format!("children/{sales}/unlink")), json!({})).await.ok(200);
        let sally = world.sign_in("sally").await;
        let mut again = sally.post(&events(&sales), body).await.ok(201);
        assert_eq!(again["id"], made["id"], "it is known in the new tree as well");
        again = sally
            .post(&events(&sales), json!({"event_id": "2", "action": "documents.published"}))
            .await
            .ok(201);
        assert_eq!(again["tree_id"], json!(sales));
        assert_sound(world).await;
    })
    .await;
}
