//! What the OpenAPI document says of failures.

use std::collections::HashSet;

use polity_web::problem::CODES;
use polity_web::{Problems, PublicProblems};
use serde_json::Value;
use utoipa::IntoResponses;

fn document() -> Value {
    serde_json::to_value(crate::server::document()).unwrap()
}

#[test]
fn every_shared_failure_is_defined_and_described() {
    let document = document();
    for (status, reference) in document["paths"]["/people"]["post"]["responses"].as_object().unwrap() {
        let Some(reference) = reference["$ref"].as_str() else { continue };
        let response = document.pointer(reference.strip_prefix('#').unwrap()).unwrap();
        assert!(!response["description"].as_str().unwrap().is_empty(), "{status}");
        let schema = &response["content"]["application/problem+json"]["schema"]["$ref"];
        assert_eq!(schema, "#/components/schemas/Problem");
    }
    assert!(document["components"]["schemas"]["FieldProblem"].is_object());
}

#[test]
fn the_shared_failures_are_these() {
    let all: Vec<String> = Problems::responses().into_keys().collect();
    assert_eq!(all, ["400", "401", "403", "404", "409", "412", "413", "415", "429", "500", "503"]);
    let public: Vec<String> = PublicProblems::responses().into_keys().collect();
    assert_eq!(public, ["400", "404", "409", "412", "413", "415", "429", "500", "503"]);
}

#[test]
fn the_schema_says_what_is_always_there() {
    let problem = document()["components"]["schemas"]["Problem"].clone();
    let required: HashSet<&str> =
        problem["required"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
    assert_eq!(required, HashSet::from(["type", "title", "status", "detail", "code", "request_id"]));
    assert_eq!(problem["properties"]["required_permission"]["type"], "string");
    for field in problem["example"].as_object().unwrap().keys() {
        assert!(problem["properties"].get(field).is_some(), "{field}");
    }
}

#[test]
fn codes_are_listed_once_and_well_formed() {
    let mut seen = HashSet::new();
    for code in CODES {
        assert!(seen.insert(code.code), "{}", code.code);
        assert!(code.code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        assert!(!code.meaning.is_empty());
    }
    let description = document()["info"]["description"].as_str().unwrap().to_owned();
    assert!(description.contains("| 409 | `idempotency_key_reused` |"));
}
