//! Refusals that are no use case's: they are problems as well.

use std::collections::BTreeSet;

use polity_testkit::{Answer, Method, json, on_each};

use crate::cases::{Acme, operations};

/// Every answer has these.
const HEADERS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-resource-policy", "same-origin"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
];

/// A problem as RFC 9457 and our own page have it.
#[track_caller]
fn assert_problem(answer: &Answer, status: u16, code: &str) {
    assert_eq!((answer.status, answer.body["code"].as_str()), (status, Some(code)), "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer.body["status"], status);
    assert_eq!(answer.body["type"], format!("urn:polity:problem:{code}"));
    assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
    assert!(
        !answer.body["title"].as_str().unwrap().is_empty()
            && !answer.body["detail"].as_str().unwrap().is_empty()
    );
    assert!(answer.header("cache-control").contains("no-store"));
    for (name, value) in HEADERS {
        assert_eq!(answer.header(name), value, "{name}");
    }
    let text = answer.text.to_lowercase();
    for leak in ["sqlx", "select ", "sqlite", "postgres", ".rs:", "panicked", "axum", "/root/", "/home/"] {
        assert!(!text.contains(leak), "{leak}: {}", answer.text);
    }
}

#[tokio::test]
async fn inp_14_an_unknown_path_is_a_problem_with_and_without_a_credential() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let unknown = [
            "/".to_owned(),
            "/api".to_owned(),
            "/api/v2/organizations".to_owned(),
            "/api/v1/organizationz".to_owned(),
            "/api/v1//organizations".to_owned(),
            "/API/V1/organizations".to_owned(),
            "/v1/members".to_owned(),
            "/wp-login.php".to_owned(),
            acme.path("/member"),
            acme.path("/members/"),
        ];
        for path in unknown {
            for actor in [&world.nobody(), &acme.owner, &world.with(Some("Bearer nonsense".to_owned()))] {
                assert_problem(&actor.get(&path).await, 404, "route_not_found");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn inp_12_inp_14_a_method_that_a_path_does_not_know_is_a_problem_that_names_those_it_knows() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let paths: BTreeSet<String> = operations().into_iter().map(|operation| operation.path).collect();
        for path in paths {
            let known: BTreeSet<String> = operations()
                .into_iter()
                .filter(|operation| operation.path == path)
                .map(|operation| operation.method.to_string())
                .collect();
            let uri = path.replace("{organization_id}", &acme.id).replace(['{', '}'], "x");
            for method in [Method::PUT, Method::OPTIONS, Method::from_bytes(b"BREW").unwrap()] {
                if known.contains(method.as_str()) {
                    continue;
                }
                let answer = acme.owner.send(method, &uri, None).await;
                assert_problem(&answer, 405, "method_not_allowed");
                let allowed: BTreeSet<String> =
                    answer.header("allow").split(',').map(|one| one.trim().to_owned()).collect();
                assert!(known.is_subset(&allowed), "{path}: {allowed:?}");
            }
            let trace = acme.owner.send(Method::TRACE, &uri, None).await;
            assert_problem(&trace, 405, "method_not_allowed");
        }
    })
    .await;
}

#[tokio::test]
async fn inp_01_inp_09_what_cannot_be_read_is_a_problem() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let path = acme.path("/roles");
        let raw =
            async |kind: &str, body: Vec<u8>| acme.owner.send_raw(Method::POST, &path, kind, body).await;
        let json = || br#"{"title":"Support"}"#.to_vec();
        for kind in [
            "text/plain",
            "application/xml",
            "multipart/form-data; boundary=x",
            "application/json; charset=utf-16",
            "application/x-www-form-urlencoded",
        ] {
            assert_problem(&raw(kind, json()).await, 415, "unsupported_media_type");
        }
        let packed = acme.owner.header("content-encoding", "gzip");
        let answer = packed.send_raw(Method::POST, &path, "application/json", json()).await;
        assert_problem(&answer, 415, "unsupported_media_type");
        assert_problem(&raw("application/json", vec![b' '; (1 << 20) + 1]).await, 413, "body_too_large");
        let long = acme.owner.get(&format!("{path}?filter={}", "x".repeat(9_000))).await;
        assert_problem(&long, 414, "uri_too_long");
        // Nothing of it has harmed anybody.
        acme.owner.post(&path, json!({"title": "Support"})).await.ok(201);
    })
    .await;
}

#[tokio::test]
async fn every_code_that_is_answered_is_listed_in_the_document() {
    on_each(async |world| {
        let acme = Acme::found(world).await;
        let document = world.nobody().get("/openapi.json").await;
        let codes = [
            acme.stranger.get(&acme.path("")).await,
            acme.member.delete(&acme.path("")).await,
            world.nobody().get(&acme.path("")).await,
            acme.owner.get(&acme.path("/nothing")).await,
            acme.owner.get("/api/v1/organizations/acme").await,
            acme.owner.get(&acme.path("/roles?page_size=-1")).await,
            acme.owner.get(&acme.path("/roles?page_token=x")).await,
            acme.owner.get(&acme.path("/roles?filter=((")).await,
            acme.owner.get(&acme.path("/roles?order_by=secret")).await,
            acme.owner.get(&acme.path("/roles?colour=red")).await,
            acme.owner.post(&acme.path("/roles"), json!({"title": "Owner", "permissions": []})).await,
        ];
        for answer in codes {
            let code = answer.body["code"].as_str().unwrap_or_else(|| panic!("{}", answer.text));
            assert!(
                document.text.contains(&format!("`{code}`"))
                    || document.text.contains(&format!("\"{code}\"")),
                "{code}"
            );
        }
        assert_eq!(document.text, polity_api::document_text().unwrap(), "the bytes that are committed");
    })
    .await;
}
