//! The log of an organization with those below it.

use std::collections::BTreeSet;

use polity_testkit::{Actor, json, on_each, roles};

use super::events;
use crate::rights::{child, of};

/// Whose events are shown.
async fn shown(actor: &Actor, organization: &str, query: &str) -> BTreeSet<String> {
    let path = format!("{}?page_size=1000{query}", events(organization));
    let list = actor.get(&path).await.ok(200);
    let events = list["audit_events"].as_array().unwrap().iter();
    let name = |event: &polity_testkit::Value| event["organization"].as_str().unwrap().to_owned();
    events.map(name).map(|name| name.rsplit('/').next().unwrap().to_owned()).collect()
}

fn set(ids: &[&String]) -> BTreeSet<String> {
    ids.iter().map(|id| (*id).clone()).collect()
}

#[tokio::test]
async fn ten_15_a_log_shows_those_below_that_inherit_roles_now_and_nobody_else() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let (otto, beta) = world.tenant("Beta", "otto").await;
        child(&otto, &beta, "Theirs").await;
        let sales = child(&olga, &acme, "Sales").await;
        let team = child(&olga, &sales, "Team").await;
        let sibling = child(&olga, &acme, "Sibling").await;
        let own = child(&olga, &acme, "Own").await;
        let below_own = child(&olga, &own, "Below own").await;
        let carl = world.join(&olga, &sales, "carl", roles::ADMIN).await;
        let below = "&descendants=true";
        assert_eq!(shown(&olga, &acme, "").await, set(&[&acme]));
        assert_eq!(
            shown(&olga, &acme, below).await,
            set(&[&acme, &sales, &team, &sibling, &own, &below_own])
        );
        assert_eq!(shown(&carl, &sales, below).await, set(&[&sales, &team]), "neither above nor beside");
        carl.get(&events(&acme)).await.problem(404, "not_found");
        carl.get(&events(&sibling)).await.problem(404, "not_found");
        // What is shut off keeps its log to itself, with all that is below it.
        world.join(&olga, &own, "olivia", roles::OWNER).await;
        olga.patch(&format!("/api/v1/organizations/{own}"), json!({"inherits_roles": false})).await.ok(200);
        assert_eq!(shown(&olga, &acme, below).await, set(&[&acme, &sales, &team, &sibling]));
        // What moves away takes its log along, also what happened before.
        olga.post(&of(&team, "move"), json!({"parent": sibling})).await.ok(200);
        assert_eq!(shown(&carl, &sales, below).await, set(&[&sales]));
        let filter = format!("{below}&filter=organization%3D{team}");
        assert_eq!(shown(&carl, &sales, &filter).await, set(&[]));
        assert_eq!(shown(&olga, &sibling, below).await, set(&[&sibling, &team]));
    })
    .await;
}

#[tokio::test]
async fn esc_10_a_key_that_does_not_hold_below_reads_nothing_of_what_is_below() {
    on_each(async |world| {
        let (olga, acme) = world.tenant("Acme", "olga").await;
        let sales = child(&olga, &acme, "Sales").await;
        let of_sales = olga.get(&events(&sales)).await.ok(200)["audit_events"][0]["id"].clone();
        let of_sales = of_sales.as_str().unwrap();
        let key = async |descendants: bool| {
            let permissions = ["audit.read", "consumption.read"];
            let body = json!({"title": "K", "permissions": permissions, "descendants": descendants});
            let made = olga.post(&of(&acme, "api-keys"), body).await.ok(201);
            world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())))
        };
        let proof = of(&acme, &format!("audit-log/inclusion-proof?event_id={of_sales}"));
        let event = of(&acme, &format!("audit-events/{of_sales}"));
        let below = [
            of(&acme, "audit-events?descendants=true"),
            of(&acme, "consumption?include_children=true"),
            format!("/orgs/{acme}/children_audit"),
        ];
        let export = json!({"format": "NDJSON", "descendants": true});
        let narrow = key(false).await;
        for path in &below {
            narrow.get(path).await.problem(403, "permission_denied");
        }
        narrow
            .post(&of(&acme, "audit-events/export"), export.clone())
            .await
            .problem(403, "permission_denied");
        narrow.get(&event).await.problem(404, "not_found");
        narrow.get(&proof).await.problem(404, "not_found");
        narrow.get(&events(&acme)).await.ok(200);
        let wide = key(true).await;
        for path in below.iter().chain([&event, &proof]) {
            wide.get(path).await.ok(200);
        }
        assert_eq!(wide.post(&of(&acme, "audit-events/export"), export).await.status, 200);
    })
    .await;
}
