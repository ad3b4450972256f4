//! Tags and keys of requests: `ETag`, `If-Match`, `If-None-Match`, `Idempotency-Key`.

use polity_testkit::{Method, json, on_each};

use crate::cases::{Acme, By, assert_unmoved, operations, revisions};
use crate::rights::at_once;

/// Resources that never change, or that are no resource of their own: they have no tag to be matched.
const WITHOUT_A_TAG: [&str; 5] =
    ["get_health", "get_readiness", "get_jwks", "get_organization_tree", "get_audit_consistency_proof"];

#[tokio::test]
async fn every_single_resource_has_a_strong_tag_and_is_not_sent_again_to_whoever_has_it() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for operation in operations() {
            let id = operation.case.operation;
            // The source documents know no versions.
            if operation.is_compat()
                || operation.method != Method::GET
                || !id.starts_with("get_")
                || WITHOUT_A_TAG.contains(&id)
            {
                continue;
            }
            let subject = operation.case.need.fresh(&acme).await;
            let actor = operation.actor(&acme, &subject);
            let uri = operation.uri(&acme.id, &subject);
            let first = operation.call(&actor, &uri, &acme, &subject).await;
            let tag = first.header("etag");
            assert!(
                first.status == 200 && tag.starts_with('"') && tag.ends_with('"'),
                "{id}: {} {tag}",
                first.status
            );
            for sent in [tag, "*", &format!("\"other\", {tag}"), &format!("W/{tag}")] {
                let again = operation.call(&actor.header("if-none-match", sent), &uri, &acme, &subject).await;
                assert_eq!((again.status, again.text.as_str()), (304, ""), "{id} with {sent}");
            }
            let other =
                operation.call(&actor.header("if-none-match", "\"other\""), &uri, &acme, &subject).await;
            assert_eq!((other.status, other.header("etag")), (200, tag), "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn rac_01_no_change_is_made_to_another_version_than_if_match_names() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for operation in operations() {
            let id = operation.case.operation;
            // The source documents know no versions.
            if operation.is_compat()
                || !matches!(operation.method, Method::PATCH | Method::PUT | Method::DELETE)
            {
                continue;
            }
            let subject = operation.case.need.fresh(&acme).await;
            let uri = operation.uri(&acme.id, &subject);
            let before = revisions(world).await;
            for other in ["\"r0\"", "\"x\"", "W/\"r1\""] {
                let actor = acme.owner.header("if-match", other);
                let answer = operation.call(&actor, &uri, &acme, &subject).await;
                assert_eq!(
                    (answer.status, answer.body["code"].as_str()),
                    (412, Some("etag_mismatch")),
                    "{id}: {}",
                    answer.text
                );
            }
            let broken = operation.call(&acme.owner.header("if-match", "r1"), &uri, &acme, &subject).await;
            assert_eq!(broken.status, 400, "{id}: {}", broken.text);
            assert_unmoved(world, &before, id).await;
            let tag = acme.owner.get(uri.split('?').next().unwrap()).await.header("etag").to_owned();
            // What is only about to be made has no version that could be named.
            if tag.is_empty() {
                assert_eq!(operation.case.success, 201, "{id}");
                continue;
            }
            let answer = operation.call(&acme.owner.header("if-match", &tag), &uri, &acme, &subject).await;
            assert_eq!(answer.status, operation.case.success, "{id} with {tag}: {}", answer.text);
        }
    })
    .await;
}

#[tokio::test]
async fn inp_15_rac_12_a_create_that_is_sent_again_is_done_once() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        for operation in operations() {
            let id = operation.case.operation;
            if operation.method != Method::POST
                || operation.case.success != 201
                || operation.case.by != By::Owner
            {
                continue;
            }
            let subject = operation.case.need.fresh(&acme).await;
            let uri = operation.uri(&acme.id, &subject);
            let before: u64 = revisions(world).await.values().sum();
            let actor = acme.owner.header("idempotency-key", id);
            let first = operation.call(&actor, &uri, &acme, &subject).await;
            assert_eq!(first.status, 201, "{id}: {}", first.text);
            let (first_text, place) = (first.text.clone(), first.header("location").to_owned());
            assert!(place.starts_with("/api/v1/"), "{id}: {place}");
            assert_eq!(acme.owner.get(&place).await.status, 200, "{id}: {place}");
            for _ in 0..2 {
                let again = operation.call(&actor, &uri, &acme, &subject).await;
                assert_eq!((again.status, &again.text), (201, &first_text), "{id}");
                assert_eq!(
                    (again.header("idempotent-replayed"), again.header("location")),
                    ("true", place.as_str()),
                    "{id}"
                );
            }
            let after: u64 = revisions(world).await.values().sum();
            assert_eq!(after - before, operation.case.events.len() as u64, "{id}: one effect");
            // With another body, or of another caller, it is another request.
            let other = actor.post(&uri, json!({"title": "Quite another"})).await;
            other.problem(409, "idempotency_key_reused");
            let stranger = acme.stranger.header("idempotency-key", id);
            let answer = operation.call(&stranger, &uri, &acme, &subject).await;
            assert_eq!(answer.header("idempotent-replayed"), "", "{id}: answers belong to their caller");
            assert_ne!(answer.text, first_text, "{id}");
        }
    })
    .await;
}

#[tokio::test]
async fn inp_15_a_key_of_a_refused_request_can_be_used_again() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let keyed = acme.owner.header("idempotency-key", "k-1");
        let path = acme.path("/roles");
        keyed.post(&path, json!({"title": "Owner", "permissions": []})).await.problem(409, "title_taken");
        keyed.post(&path, json!({"title": "Support", "permissions": []})).await.ok(201);
        for wrong in ["", " ", "a b", "é", &"k".repeat(256)] {
            let answer =
                acme.owner.header("idempotency-key", wrong).post(&path, json!({"title": "Other"})).await;
            answer.problem(400, "invalid_header");
        }
        let longest = "k".repeat(255);
        acme.owner
            .header("idempotency-key", &longest)
            .post(&path, json!({"title": "Longest", "permissions": []}))
            .await
            .ok(201);
        // Once it has succeeded, its answer comes again.
        let body = json!({"title": "Support", "permissions": []});
        let replayed = keyed.post(&path, body).await;
        assert_eq!((replayed.status, replayed.header("idempotent-replayed")), (201, "true"));
    })
    .await;
}

#[tokio::test]
async fn rac_12_of_twenty_requests_with_one_key_at_once_one_is_done_and_all_get_its_answer() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let path = acme.path("/api-keys");
        let keyed = acme.owner.header("idempotency-key", "once");
        let body = || json!({"title": "Backend", "permissions": ["members.read"]});
        let before: u64 = revisions(world).await.values().sum();
        let answers = at_once(20, |_| keyed.post(&path, body())).await;
        let (done, waiting): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
        // The secret is in the answer, and there is one only.
        assert!(!done.is_empty() && done.iter().all(|answer| answer.text == done[0].text));
        let replayed = done.iter().filter(|answer| answer.header("idempotent-replayed") == "true").count();
        assert_eq!(replayed, done.len() - 1);
        for answer in waiting {
            assert_eq!(answer.body["code"], "idempotency_in_progress", "{}", answer.text);
        }
        let after: u64 = revisions(world).await.values().sum();
        assert_eq!(after - before, 1, "one effect");
    })
    .await;
}
