//! The records with which the searches of decision points are tried against each other (openid/authzen,
//! `interop/authzen-search-demo/test-harness/src/*/results.json`), word for word in `records.json`. What somebody may do with
//! a record is a role on it; Bob has his by a group.

use std::collections::{BTreeMap, BTreeSet};

use polity_testkit::{Actor, Value, World, json, on_each};

use super::{ACTION, RESOURCE, SUBJECT, pep, revision, user};
use crate::rights::{id, of, permission, role};

const RECORDS: &str = include_str!("records.json");
const PEOPLE: [&str; 6] = ["alice", "bob", "carol", "dan", "erin", "felix"];

struct Records {
    olga: Actor,
    acme: String,
    people: BTreeMap<&'static str, Actor>,
    printed: Value,
}

/// What one of the searches says that it finds, and what it finds.
fn searches<'a>(printed: &'a Value, kind: &str) -> impl Iterator<Item = (&'a Value, &'a Vec<Value>)> {
    let all = printed[kind].as_array().unwrap().iter();
    all.map(|one| (&one["request"], one["expected"]["results"].as_array().unwrap()))
}

async fn found(world: &World) -> Records {
    let (olga, acme) = world.tenant("Archive", "olga").await;
    for name in ["record.view", "record.edit", "record.delete"] {
        permission(&olga, &acme, name, "WRITE").await;
    }
    let nothing = role(&olga, &acme, "Nothing", &[]).await;
    let mut people = BTreeMap::new();
    for name in PEOPLE {
        people.insert(name, world.join(&olga, &acme, name, &nothing).await);
    }
    let group = id(&olga.post(&of(&acme, "groups"), json!({"title": "Bob's"})).await.ok(201));
    let members = of(&acme, &format!("groups/{group}/members"));
    olga.post(&members, json!({"principal": user(&people["bob"])})).await.ok(201);
    let printed: Value = serde_json::from_str(RECORDS).unwrap();
    let mut roles = BTreeMap::new();
    let mut assignments = Vec::new();
    for (request, results) in searches(&printed, "action").filter(|(_, results)| !results.is_empty()) {
        let actions: Vec<_> =
            results.iter().map(|one| format!("record.{}", one["name"].as_str().unwrap())).collect();
        let names: Vec<_> = actions.iter().map(String::as_str).collect();
        if !roles.contains_key(&actions) {
            let made = role(&olga, &acme, &format!("May {}", names.join(", ")), &names).await;
            roles.insert(actions.clone(), made);
        }
        let who = request["subject"]["id"].as_str().unwrap();
        let principal = if who == "bob" { json!({"type": "group", "id": group}) } else { user(&people[who]) };
        let role = &roles[&actions];
        assignments.push(json!({"principal": principal, "role": role, "resource": request["resource"]}));
    }
    assert!(assignments.len() > 60);
    let all = json!({"create": assignments});
    olga.post(&of(&acme, "role-assignments/batch"), all).await.ok(200);
    Records { olga, acme, people, printed }
}

impl Records {
    fn asked(&self, request: &Value) -> Value {
        let mut asked = request.clone();
        if let Some(name) = request["subject"]["id"].as_str() {
            asked["subject"]["id"] = json!(self.people[name].user_id);
        }
        asked
    }
}

fn ids(results: &[Value]) -> BTreeSet<String> {
    results.iter().map(|one| one["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_records_are_found_as_every_decision_point_finds_them() {
    on_each(async |world| {
        let records = found(world).await;
        let pep = pep(world, &records.olga, &records.acme).await;
        let at = revision(world, &records.acme).await;
        let mut played = 0;
        for (request, expected) in searches(&records.printed, "subject") {
            let answer = pep.post(SUBJECT, records.asked(request)).await.ok(200);
            let mut expected: BTreeSet<_> = expected
                .iter()
                .map(|one| records.people[one["id"].as_str().unwrap()].user_id.clone())
                .collect();
            // And the owner, who may do everything.
            expected.insert(records.olga.user_id.clone());
            assert_eq!(ids(answer["results"].as_array().unwrap()), expected, "{request}");
            let page = json!({"next_token": "", "count": expected.len(), "total": expected.len()});
            assert_eq!((&answer["page"], &answer["context"]), (&page, &json!({"revision": at})));
            played += 1;
        }
        for (request, expected) in searches(&records.printed, "resource") {
            let answer = pep.post(RESOURCE, records.asked(request)).await.ok(200);
            let page = json!({"next_token": "", "count": expected.len()});
            assert_eq!(
                answer,
                json!({"page": page, "context": {"revision": at}, "results": expected}),
                "{request}"
            );
            played += 1;
        }
        for (request, expected) in searches(&records.printed, "action") {
            let answer = pep.post(ACTION, records.asked(request)).await.ok(200);
            let mut names: Vec<_> =
                expected.iter().map(|one| format!("record.{}", one["name"].as_str().unwrap())).collect();
            names.sort();
            let results: Vec<_> = names.iter().map(|name| json!({"name": name})).collect();
            let page = json!({"next_token": "", "count": names.len(), "total": names.len()});
            assert_eq!(
                answer,
                json!({"page": page, "context": {"revision": at}, "results": results}),
                "{request}"
            );
            played += 1;
        }
        assert_eq!(played, 198);
    })
    .await;
}
