//! Who may call what: every operation of the OpenAPI document, as nobody, as a stranger, as the administrator
//! of another tenant, as a bare member, and with each permission by itself. What is refused changes nothing.

use polity_testkit::{Actor, Method, json, on_each};

use crate::cases::{Acme, By, Gets, Need, Operation, Subject, assert_unmoved, operations, revisions};
use crate::rights::without_request_id;

/// An id that nothing ever had.
pub const NEVER: &str = "org_01h455vb4pex5vsknk084sn02q";

/// A subject for each operation, made before anybody is refused anything.
pub async fn subjects(acme: &Acme<'_>, operations: &[Operation]) -> Vec<Subject> {
    let mut made = Vec::<(Need, Subject)>::new();
    for operation in operations {
        let need = operation.case.need;
        if made.iter().all(|(known, _)| *known != need) {
            made.push((need, need.fresh(acme).await));
        }
    }
    let find = |need| made.iter().find(|(known, _)| *known == need).map(|(_, subject)| subject.clone());
    operations.iter().filter_map(|operation| find(operation.case.need)).collect()
}

#[test]
fn every_operation_of_the_document_has_a_case_and_says_truly_whether_it_is_public() {
    for operation in operations() {
        let answers_anybody = operation.path.starts_with("/api/v1/invitations/");
        let public = operation.case.by == By::Nobody || answers_anybody;
        assert_eq!(operation.public, public, "{}: `security` of the document", operation.case.operation);
        assert!(!public || !operation.is_of_an_organization());
    }
}

#[tokio::test]
async fn nobody_gets_401_for_everything_that_is_not_public_whether_it_exists_or_not() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let operations = operations();
        let subjects = subjects(&acme, &operations).await;
        let before = revisions(world).await;
        let nobody = world.nobody();
        let mut answers = Vec::new();
        for (operation, subject) in
            operations.iter().zip(&subjects).filter(|(operation, _)| !operation.public)
        {
            for organization in [acme.id.as_str(), NEVER] {
                let uri = operation.uri(organization, subject);
                let answer = operation.call(&nobody, &uri, &acme, subject).await;
                operation.expect("nobody", Gets::Refusal(401, "unauthenticated"), &answer);
                assert!(!answer.header("www-authenticate").is_empty(), "{uri}");
                answers.push(without_request_id(&answer));
            }
            assert_unmoved(world, &before, operation.case.operation).await;
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "the same for each cause: {answers:#?}");
    })
    .await;
}

/// Everything of Acme's, as somebody who may not know of it: 404, and not a byte else than for an
/// organization that never existed.
async fn assert_hidden(acme: &Acme<'_>, who: &str, actor: &Actor) {
    let operations = operations();
    let subjects = subjects(acme, &operations).await;
    let before = revisions(acme.world).await;
    for (operation, subject) in
        operations.iter().zip(&subjects).filter(|(one, _)| one.is_of_an_organization())
    {
        let there = operation.call(actor, &operation.uri(&acme.id, subject), acme, subject).await;
        operation.expect(who, Gets::Refusal(404, "not_found"), &there);
        let unknown = subject.never_existed();
        let absent = operation.call(actor, &operation.uri(NEVER, &unknown), acme, subject).await;
        assert_eq!(
            without_request_id(&there),
            without_request_id(&absent),
            "{} as {who}",
            operation.case.operation
        );
        assert_unmoved(acme.world, &before, operation.case.operation).await;
    }
}

#[tokio::test]
async fn ten_01_ten_02_ten_20_for_a_stranger_an_organization_looks_as_if_it_had_never_been() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        assert_hidden(&acme, "a stranger", &acme.stranger).await;
    })
    .await;
}

#[tokio::test]
async fn ten_01_ten_02_for_the_owner_of_another_tenant_an_organization_looks_as_if_it_had_never_been() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        assert_hidden(&acme, "the owner of another tenant", &acme.other).await;
    })
    .await;
}

#[tokio::test]
async fn ten_01_ten_02_for_another_tenants_key_an_organization_looks_as_if_it_had_never_been() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let all: Vec<_> = permissions().collect();
        let body = json!({"title": "Master", "permissions": all, "descendants": true});
        let made =
            acme.other.post(&format!("/api/v1/organizations/{}/api-keys", acme.beta), body).await.ok(201);
        let key = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        let operations = operations();
        let subjects = subjects(&acme, &operations).await;
        let before = revisions(world).await;
        for (operation, subject) in
            operations.iter().zip(&subjects).filter(|(one, _)| one.is_of_an_organization())
        {
            let answer = operation.call(&key, &operation.uri(&acme.id, subject), &acme, subject).await;
            // Some routes are for persons only: they say so before they look at the organization.
            let code = answer.body["code"].as_str().unwrap_or_default();
            let hidden = matches!((answer.status, code), (404, "not_found") | (403, "person_required"));
            assert!(hidden, "{}: {} {}", operation.case.operation, answer.status, answer.text);
            let unknown = subject.never_existed();
            let absent = operation.call(&key, &operation.uri(NEVER, &unknown), &acme, subject).await;
            assert_eq!(
                without_request_id(&answer),
                without_request_id(&absent),
                "{}",
                operation.case.operation
            );
        }
        assert_unmoved(world, &before, "a key of another tenant").await;
    })
    .await;
}

#[tokio::test]
async fn what_belongs_to_no_organization_answers_every_person_who_signed_in() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let operations = operations();
        let subjects = subjects(&acme, &operations).await;
        for (operation, subject) in
            operations.iter().zip(&subjects).filter(|(one, _)| !one.is_of_an_organization())
        {
            if operation.case.by == By::Subject && operation.case.stranger == Gets::Success {
                continue; // signing out: the next request would be nobody's
            }
            let answer = operation.call(&acme.stranger, &operation.path, &acme, subject).await;
            operation.expect("a stranger", operation.case.stranger, &answer);
        }
    })
    .await;
}

#[tokio::test]
async fn ten_03_something_of_another_organization_is_not_found_under_ones_own() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let operations = operations();
        let subjects = subjects(&acme, &operations).await;
        let before = revisions(world).await;
        // What is not there yet can be made anywhere.
        let shared = |need| matches!(need, Need::Permission | Need::NewResource);
        for (operation, subject) in operations.iter().zip(&subjects) {
            if !operation.names_something() || shared(operation.case.need) {
                continue;
            }
            let foreign =
                operation.call(&acme.other, &operation.uri(&acme.beta, subject), &acme, subject).await;
            operation.expect("the owner of another tenant", Gets::Refusal(404, "not_found"), &foreign);
            let uri = operation.uri(&acme.beta, &subject.never_existed());
            let absent = operation.call(&acme.other, &uri, &acme, subject).await;
            assert_eq!(
                without_request_id(&foreign),
                without_request_id(&absent),
                "{}",
                operation.case.operation
            );
            assert_unmoved(world, &before, operation.case.operation).await;
        }
    })
    .await;
}

#[tokio::test]
async fn esc_17_a_bare_member_gets_what_the_role_member_allows_and_else_the_name_of_what_is_missing() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let operations = operations();
        let subjects = subjects(&acme, &operations).await;
        let before = revisions(world).await;
        for (operation, subject) in
            operations.iter().zip(&subjects).filter(|(one, _)| one.is_of_an_organization())
        {
            let mut uri = operation.uri(&acme.id, subject);
            if operation.case.operation == "leave_organization" {
                // What would happen if they left: they are needed for the others.
                uri.push_str("?validate_only=true");
                let answer = operation.call(&acme.member, &uri, &acme, subject).await;
                assert_eq!(answer.status, 200, "{}", answer.text);
                continue;
            }
            let answer = operation.call(&acme.member, &uri, &acme, subject).await;
            operation.expect("a bare member", operation.case.member, &answer);
            assert_unmoved(world, &before, operation.case.operation).await;
        }
    })
    .await;
}

/// Every permission that a case names.
fn permissions() -> impl Iterator<Item = &'static str> {
    let mut found: Vec<&str> = operations()
        .iter()
        .filter_map(|operation| match operation.case.member {
            Gets::Lacks(permission) => Some(permission),
            _ => None,
        })
        .chain(["organizations.read", "members.read", "roles.read", "permissions.read"])
        .collect();
    found.sort_unstable();
    found.dedup();
    found.into_iter()
}

#[tokio::test]
async fn esc_11_each_permission_opens_the_operations_that_name_it_and_no_other() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let operations = operations();
        let subjects = subjects(&acme, &operations).await;
        let mut keys = Vec::new();
        for permission in permissions() {
            let body = json!({"title": permission, "permissions": [permission], "descendants": true});
            let made = acme.make("/api-keys", body).await;
            keys.push((
                permission,
                world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap()))),
            ));
        }
        let before = revisions(world).await;
        for (operation, subject) in operations.iter().zip(&subjects) {
            let Gets::Lacks(needed) = operation.case.member else { continue };
            let uri = operation.uri(&acme.id, subject);
            for (permission, key) in &keys {
                let reads = operation.case.events.is_empty();
                if *permission != needed {
                    let answer = operation.call(key, &uri, &acme, subject).await;
                    let code = answer.body["code"].as_str().unwrap_or_default();
                    let said = format!(
                        "{} with {permission}: {} {}",
                        operation.case.operation, answer.status, answer.text
                    );
                    assert!(
                        answer.status == 403 && matches!(code, "permission_denied" | "person_required"),
                        "{said}"
                    );
                } else if reads {
                    let answer = operation.call(key, &uri, &acme, subject).await;
                    assert_eq!(
                        answer.status, 200,
                        "{} with {permission}: {}",
                        operation.case.operation, answer.text
                    );
                }
            }
            assert_unmoved(world, &before, operation.case.operation).await;
        }
    })
    .await;
}

#[tokio::test]
async fn esc_14_a_key_is_no_person() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let all: Vec<_> = permissions().collect();
        let made = acme.make("/api-keys", json!({"title": "Master", "permissions": all})).await;
        let key = world.with(Some(format!("Api-Key {}", made["secret"].as_str().unwrap())));
        let before = revisions(world).await;
        let leave = acme.path("/members/leave");
        let persons = [
            (Method::GET, "/api/v1/auth/me"),
            (Method::POST, "/api/v1/auth/logout"),
            (Method::GET, "/api/v1/me/organizations"),
            (Method::GET, "/api/v1/me/invitations"),
            (Method::POST, leave.as_str()),
        ];
        for (method, path) in persons {
            let answer = key.send(method, path, None).await;
            assert_eq!(
                (answer.status, answer.body["code"].as_str()),
                (403, Some("person_required")),
                "{path}"
            );
        }
        let invitation = Need::Invitation.fresh(&acme).await;
        let token = json!({"token": invitation.secret});
        key.post("/api/v1/invitations/accept", token.clone()).await.problem(403, "person_required");
        key.post("/api/v1/organizations", json!({"title": "Mine"})).await.problem(403, "person_required");
        assert_eq!(
            acme.owner.get(&acme.path(&format!("/invitations/{}", invitation.id))).await.ok(200)["state"],
            "PENDING"
        );
        drop(before);
    })
    .await;
}
