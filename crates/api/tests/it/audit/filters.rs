//! Finding events: by what they did, to what, where and in which words.

use std::collections::BTreeSet;

use polity_testkit::{Actor, Value, json, on_each, roles};

use super::{all, events, filtered};
use crate::rights::{child, encoded, of};

fn actions(events: &[Value]) -> Vec<String> {
    events.iter().map(|event| event["action"].as_str().unwrap().to_owned()).collect()
}

async fn key(owner: &Actor, acme: &str, title: &str) -> Value {
    let path = format!("/api/v1/organizations/{acme}/api-keys");
    owner.post(&path, json!({"title": title, "permissions": []})).await.ok(201)
}

#[tokio::test]
async fn events_are_found_by_what_they_did_and_to_what() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let made = key(&owner, &acme, "Straße 1").await;
        key(&owner, &acme, "Other").await;
        let path = format!("/api/v1/{}", made["name"].as_str().unwrap());
        owner.patch(&path, json!({"title": "Renamed"})).await.ok(200);
        owner.post(&format!("{path}/revoke"), json!({"reason": "UNUSED"})).await.ok(200);
        let found = async |filter: &str| actions(&filtered(&owner, &acme, filter).await);
        let target = format!("target = \"{}\"", made["id"].as_str().unwrap());
        assert_eq!(found(&target).await, ["api_key.revoked", "api_key.updated", "api_key.created"]);
        assert_eq!(found("crud = DELETE").await, ["api_key.revoked"]);
        assert_eq!(found("crud = UPDATE AND action = \"api_key.*\"").await, ["api_key.updated"]);
        assert_eq!(found("kind = \"api_key.revoked\" AND outcome = SUCCESS").await, ["api_key.revoked"]);
        assert!(found("outcome = FAILURE").await.is_empty());
        assert!(!found("outcome != FAILURE").await.is_empty());
        assert_eq!(found("ip = \"127.0.0.1\"").await.len(), all(&owner, &acme).await.len());
        assert_eq!(found("ip = \"127.*\" AND crud = DELETE").await, ["api_key.revoked"]);
        assert!(found("ip != \"127.0.0.1\"").await.is_empty());
        assert!(found("ip = \"203.0.113.7\"").await.is_empty());
        // Words of the sentence, in any case.
        assert_eq!(found("keyword:\"strASSE\"").await.len(), 0, "ß is folded as the domain folds it");
        assert_eq!(found("keyword:\"STRAßE 1\"").await, ["api_key.created"]);
        assert_eq!(found("renamed revoked").await, ["api_key.revoked"]);
        assert!(found("keyword:\"100%\"").await.is_empty(), "a wildcard of SQL is no wildcard");
        for refused in ["crud = X", "outcome = MAYBE", "description = x", "secret = 1"] {
            let path = format!("{}?filter={}", events(&acme), encoded(refused));
            owner.get(&path).await.problem(400, "invalid_filter");
        }
        let one = &filtered(&owner, &acme, "kind = \"api_key.updated\"").await[0];
        assert_eq!(one["description"], "API key \"Renamed\" was updated: title");
        assert_eq!(
            (&one["crud"], &one["outcome"], &one["target"]),
            (&json!("UPDATE"), &json!("SUCCESS"), &made["id"])
        );
    })
    .await;
}

#[tokio::test]
async fn what_a_filter_selects_is_counted_by_action_and_not_the_page() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        for title in ["a", "b", "c"] {
            key(&owner, &acme, title).await;
        }
        let path = format!("{}?include_counts=true&page_size=1", events(&acme));
        let answer = owner.get(&format!("{path}&filter={}", encoded("kind = \"api_key.*\""))).await.ok(200);
        assert_eq!(answer["counts"], json!({"api_key.created": 3}));
        assert_eq!(answer["audit_events"].as_array().unwrap().len(), 1);
        let all = owner.get(&path).await.ok(200);
        assert_eq!(all["counts"]["organization.created"], 1);
        assert_eq!(owner.get(&events(&acme)).await.ok(200).get("counts"), None);
    })
    .await;
}

#[tokio::test]
async fn aud_07_an_account_is_found_by_id_and_title_and_only_below() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        let (_, beta) = world.tenant("Sales", "otto").await;
        let sales = child(&owner, &acme, "Sales").await;
        child(&owner, &acme, "Team").await;
        let shown = async |filter: &str| {
            let path = format!("{}?descendants=true&filter={}", events(&acme), encoded(filter));
            let list = owner.get(&path).await.ok(200);
            let names = list["audit_events"].as_array().unwrap().iter();
            names.map(|event| event["organization"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>()
        };
        let only = BTreeSet::from([format!("organizations/{sales}")]);
        assert_eq!(shown("account = sales").await, only, "and not the tenant of that name");
        assert_eq!(shown("account:ALE").await, only);
        assert_eq!(shown(&format!("account = \"{sales}\"")).await, only);
        assert!(shown(&format!("account = \"{beta}\"")).await.is_empty());
        assert!(shown("account = nobody").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_names_persons_stands_beside_the_leaves_only() {
    on_each(async |world| {
        let (owner, acme) = world.tenant("Acme", "olga").await;
        world.invite(&owner, &acme, "kim.secret", roles::READER).await;
        let found = filtered(&owner, &acme, "keyword:\"kim.secret\"").await;
        assert_eq!(actions(&found), ["invitation.created"]);
        // What an erasure takes away.
        world.sql("DELETE FROM ledger_personal").await;
        assert!(filtered(&owner, &acme, "keyword:\"kim.secret\"").await.is_empty());
        assert!(filtered(&owner, &acme, "ip = \"127.0.0.1\"").await.is_empty());
        let shown = filtered(&owner, &acme, "kind = \"invitation.created\"").await;
        assert!(!shown[0].to_string().contains("kim.secret"), "{}", shown[0]);
    })
    .await;
}

/// All events that a query gives, page by page.
async fn walked(actor: &Actor, organization: &str, query: &str, size: usize) -> Vec<Value> {
    let path = format!("{}?page_size={size}{query}", events(organization));
    let (mut found, mut next) = (Vec::new(), path.clone());
    loop {
        let page = actor.get(&next).await.ok(200);
        found.extend(page["audit_events"].as_array().unwrap().iter().cloned());
        match page["next_page_token"].as_str() {
            Some(token) => next = format!("{path}&page_token={token}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn events_of_an_address_are_those_of_the_list_in_its_order_page_by_page() {
    on_each(async |world| {
        // An organization that came from another tree, with more events than are read at once.
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let moved = olga.post("/api/v1/organizations", json!({"title": "Later"})).await.ok(201);
        let moved = moved["id"].as_str().unwrap().to_owned();
        for number in 0..30 {
            key(&olga, &moved, &format!("Before {number}")).await;
        }
        child(&olga, &moved, "Below").await;
        olga.post(&of(&moved, "move"), json!({"parent": acme})).await.ok(200);
        for number in 0..60 {
            key(&olga, &moved, &format!("After {number}")).await;
        }
        let from = |event: &Value| event["ip_address"] == "127.0.0.1";
        let made = |event: &Value| event["crud"] == "CREATE";
        for (organization, scope) in
            [(&acme, ""), (&acme, "&descendants=true"), (&moved, ""), (&moved, "&descendants=true")]
        {
            for order in ["", "&order_by=revision", "&order_by=revision%20desc"] {
                let all = walked(&olga, organization, &format!("{scope}{order}"), 1_000).await;
                let check = async |filter: &str, fits: &dyn Fn(&Value) -> bool| {
                    let expected: Vec<_> = all.iter().filter(|event| fits(event)).cloned().collect();
                    for size in [7, 80] {
                        let query = format!("{scope}{order}&filter={}", encoded(filter));
                        let found = walked(&olga, organization, &query, size).await;
                        assert_eq!(found, expected, "{organization} {query} by {size}");
                    }
                };
                check("ip = \"127.0.0.1\"", &from).await;
                check("ip = \"127.0.0.1\" AND crud = CREATE", &|event| from(event) && made(event)).await;
                check("ip = \"127.0.0.1\" AND ip = \"127.0.0.1\"", &from).await;
                check("ip = \"127.0.0.1\" AND ip = \"127.0.0.2\"", &|_| false).await;
                check("ip = \"127.0.0.2\" OR crud = CREATE", &made).await;
                check("NOT ip = \"127.0.0.1\"", &|event| !from(event)).await;
            }
        }
    })
    .await;
}
