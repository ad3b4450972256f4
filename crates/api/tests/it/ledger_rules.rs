//! The ledger: no change without its events, no event without a change, and nothing of it can be cut off.

use std::collections::BTreeMap;

use polity_testkit::{Actor, Engine, Method, Value, World, json, on_each};

use crate::cases::{Acme, Operation, assert_unmoved, operations, revisions};
use crate::rights::assert_sound;

/// The events of one request, in all ledgers that the two administrators see, by their kinds.
async fn events_of(acme: &Acme<'_>, root: &Actor, request: &str, also: Option<&str>) -> Vec<String> {
    let mut found: BTreeMap<String, String> = BTreeMap::new();
    let acme_path = acme.path("");
    let root_path = "/api/v1/organizations/root".to_owned();
    let mut logs = vec![(&acme.owner, acme_path), (root, root_path)];
    logs.extend(also.map(|id| (&acme.owner, format!("/api/v1/organizations/{id}"))));
    for (reader, path) in logs {
        let answer = reader.get(&format!("{path}/audit-events?descendants=true&page_size=20")).await;
        for event in answer.body["audit_events"].as_array().into_iter().flatten() {
            if event["request_id"] == request {
                let text = |field: &str| event[field].as_str().unwrap().to_owned();
                found.insert(text("id"), text("kind"));
            }
        }
    }
    let mut kinds: Vec<String> = found.into_values().collect();
    kinds.sort();
    kinds
}

/// Plays an operation as the one who may, and compares the ledgers before and after.
async fn play(acme: &Acme<'_>, root: &Actor, operation: &Operation) {
    let case = &operation.case;
    let subject = case.need.fresh(acme).await;
    let actor = operation.actor(acme, &subject);
    let before: u64 = revisions(acme.world).await.values().sum();
    let uri = operation.uri(&acme.id, &subject);
    let answer = operation.call(&actor, &uri, acme, &subject).await;
    assert_eq!(answer.status, case.success, "{}: {}", case.operation, answer.text);
    let after: u64 = revisions(acme.world).await.values().sum();
    assert_eq!(after - before, case.events.len() as u64, "{}: every change has one event", case.operation);
    if case.events.is_empty() {
        assert_eq!(answer.header("polity-revision"), "", "{}: nothing was written", case.operation);
        return;
    }
    let made = answer.body["id"].as_str().filter(|id| id.starts_with("org_"));
    let also = made.or(Some(&subject.id).filter(|_| subject.is_organization).map(String::as_str));
    let kinds = events_of(acme, root, answer.header("x-request-id"), also).await;
    assert_eq!(kinds, case.events, "{}", case.operation);
    assert!(answer.header("polity-revision").contains('.'), "{}", case.operation);
}

#[tokio::test]
async fn aud_01_every_change_leaves_its_events_and_every_read_leaves_none() {
    on_each(async |world| {
        let root = world.administrator().await;
        let acme = Acme::found(world).await;
        // After a limit was set, whoever is let go takes it along: one event more.
        let late = ["accept_ownership_transfer", "update_organization_limits"];
        let (last, first): (Vec<_>, Vec<_>) =
            operations().into_iter().partition(|operation| late.contains(&operation.case.operation));
        for operation in first.iter().chain(&last) {
            play(&acme, &root, operation).await;
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn aud_01_what_is_only_validated_leaves_nothing() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let document = serde_json::to_value(polity_api::document()).unwrap();
        let mut seen = 0;
        for operation in operations() {
            let described = &document["paths"][&operation.path][operation.method.as_str().to_lowercase()];
            let names: Vec<&Value> =
                described["parameters"].as_array().into_iter().flatten().map(|one| &one["name"]).collect();
            if !names.iter().any(|name| *name == "validate_only") {
                continue;
            }
            seen += 1;
            let subject = operation.case.need.fresh(&acme).await;
            let actor = operation.actor(&acme, &subject);
            let before = revisions(world).await;
            let uri = operation.uri(&acme.id, &subject) + "?validate_only=true";
            let answer = operation.call(&actor, &uri, &acme, &subject).await;
            assert_eq!(answer.status, 200, "{uri}: {}", answer.text);
            assert!(
                answer.body["changes"].is_array() && answer.body["ownerless"].is_array(),
                "{uri}: {}",
                answer.text
            );
            assert_eq!(answer.header("polity-revision"), "", "{uri}");
            assert_eq!(revisions(world).await, before, "{uri}");
        }
        assert!(seen >= 8, "deletion, move, role change, removal and their like: {seen}");
    })
    .await;
}

/// Makes every insert of a leaf fail from now on, or lets them through again.
async fn refuse_leaves(world: &World, refuse: bool) {
    let (make, drop) = match world.engine {
        Engine::Sqlite => (
            "CREATE TRIGGER no_leaf BEFORE INSERT ON ledger_leaves BEGIN SELECT RAISE(ABORT, 'no leaf'); END",
            "DROP TRIGGER no_leaf",
        ),
        Engine::Postgres => (
            "CREATE FUNCTION no_leaf() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no leaf'; END $$;
             CREATE TRIGGER no_leaf BEFORE INSERT ON ledger_leaves FOR EACH ROW EXECUTE FUNCTION no_leaf()",
            "DROP TRIGGER no_leaf ON ledger_leaves",
        ),
    };
    world.sql(if refuse { make } else { drop }).await;
}

#[tokio::test]
async fn aud_09_what_cannot_be_recorded_does_not_happen() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        // The ownership goes last: with it the owner becomes an administrator.
        let mut changes: Vec<_> =
            operations().into_iter().filter(|operation| !operation.case.events.is_empty()).collect();
        changes.sort_by_key(|operation| operation.case.operation == "accept_ownership_transfer");
        let mut subjects = Vec::new();
        for operation in &changes {
            subjects.push(operation.case.need.fresh(&acme).await);
        }
        world.deliver().await;
        let (before, letters) = (revisions(world).await, world.mail.count());
        refuse_leaves(world, true).await;
        for (operation, subject) in changes.iter().zip(&subjects) {
            let uri = operation.uri(&acme.id, subject);
            let answer = operation.call(&operation.actor(&acme, subject), &uri, &acme, subject).await;
            assert_eq!(answer.status, 500, "{}: {}", operation.case.operation, answer.text);
            assert!(!answer.text.contains("leaf"), "{}: {}", operation.case.operation, answer.text);
        }
        refuse_leaves(world, false).await;
        assert_unmoved(world, &before, "a change without its event").await;
        assert_sound(world).await;
        world.deliver().await;
        assert_eq!(world.mail.count(), letters, "there is no mail about what did not happen");
        // Neither in the tables nor in memory is anything of it: each is done now as if for the first time.
        for (operation, subject) in changes.iter().zip(&subjects) {
            let uri = operation.uri(&acme.id, subject);
            let answer = operation.call(&operation.actor(&acme, subject), &uri, &acme, subject).await;
            assert_eq!(
                answer.status, operation.case.success,
                "{}: {}",
                operation.case.operation, answer.text
            );
        }
        assert_sound(world).await;
    })
    .await;
}

#[tokio::test]
async fn rac_13_fifty_writers_at_once_leave_a_ledger_without_gap_or_double() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let before = revisions(world).await[&acme.id];
        let writers: Vec<_> = (0..50)
            .map(|i| {
                let (owner, path) = (acme.owner.clone(), acme.path("/roles"));
                let body = json!({"title": format!("Role {i}"), "permissions": []});
                tokio::spawn(async move { owner.send(Method::POST, &path, Some(body)).await })
            })
            .collect();
        let mut told = Vec::new();
        for writer in writers {
            let answer = writer.await.unwrap();
            assert_eq!(answer.status, 201, "{}", answer.text);
            let revision =
                answer.header("polity-revision").strip_prefix(&format!("{}.", acme.id)).unwrap().to_owned();
            told.push(revision.parse::<u64>().unwrap());
        }
        told.sort_unstable();
        assert_eq!(told, (before + 1..=before + 50).collect::<Vec<_>>());
        let mut logged = Vec::new();
        let mut token = String::new();
        loop {
            let page = acme
                .owner
                .get(&acme.path(&format!("/audit-events?page_size=17&page_token={token}")))
                .await
                .ok(200);
            logged.extend(
                page["audit_events"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|event| event["revision"].as_u64().unwrap()),
            );
            match page["next_page_token"].as_str() {
                Some(next) if !next.is_empty() => token = next.to_owned(),
                _ => break,
            }
        }
        assert_eq!(logged, (1..=before + 50).rev().collect::<Vec<_>>(), "newest first, each once");
        assert_sound(world).await;
    })
    .await;
}
