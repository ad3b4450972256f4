//! Bodies.

use axum::http::Method;
use serde_json::json;

use crate::server::{post_json, send_body};

fn one(field: &str, code: &str) -> Vec<(String, String)> {
    vec![(field.to_owned(), code.to_owned())]
}

#[tokio::test]
async fn a_good_body_is_taken() {
    let answer =
        post_json("/people", r#"{"name":"Ann","age":30,"homes":[{"type":"house"}],"mood":"merry"}"#).await;
    assert_eq!(answer.status, 201);
    assert_eq!(answer.body["homes"][0]["type"], "house");
    assert_eq!(answer.header("location"), "/people/1");
    assert_eq!(answer.header("etag"), "\"v1\"");
    assert_eq!(answer.header("polity-revision"), "org_00000000000000000000000001.7");
}

#[tokio::test]
async fn the_charset_may_be_named_if_it_is_utf_8() {
    for good in ["application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        assert_eq!(send_body(Method::POST, "/people", good, r#"{"name":"Ann"}"#, &[]).await.status, 201);
    }
}

#[tokio::test]
async fn another_media_type_is_415() {
    for bad in [
        "text/plain",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/merge-patch+json",
        "application/jsonp",
    ] {
        let answer = send_body(Method::POST, "/people", bad, r#"{"name":"Ann"}"#, &[]).await;
        answer.is_problem(415, "unsupported_media_type");
    }
    let mut untyped = crate::server::request(Method::POST, "/people", &[]);
    *untyped.body_mut() = r#"{"name":"Ann"}"#.into();
    crate::server::send(untyped).await.is_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn a_compressed_body_is_415() {
    let gzip = [("content-encoding", "gzip")];
    let answer = send_body(Method::POST, "/people", "application/json", "x", &gzip).await;
    answer.is_problem(415, "unsupported_media_type");
}

#[tokio::test]
async fn what_is_no_json_is_400() {
    let deep = format!(r#"{{"name":{}}}"#, "[".repeat(100_000));
    let texts: Vec<Vec<u8>> = vec![
        vec![],
        b"  \n".to_vec(),
        b"{".to_vec(),
        br#"{"name":"Ann"} x"#.to_vec(),
        br#"{"name":"Ann"}{"name":"Ann"}"#.to_vec(),
        b"\xef\xbb\xbf{\"name\":\"Ann\"}".to_vec(),
        b"{\"name\":\"\xff\"}".to_vec(),
        br#"{"name":"\ud800"}"#.to_vec(),
        br#"{"name":"Ann","age":1e999}"#.to_vec(),
        br#"{"name":"Ann","age":NaN}"#.to_vec(),
        br"{'name':'Ann'}".to_vec(),
        b"{\"name\":\"a\nb\"}".to_vec(),
        deep.into_bytes(),
    ];
    for text in texts {
        post_json("/people", text).await.is_problem(400, "invalid_json");
    }
}

#[tokio::test]
async fn a_key_may_not_come_twice() {
    let answer = post_json("/people", r#"{"name":"Ann","homes":[{"type":"aa","type":"bb"}]}"#).await;
    assert_eq!(answer.is_problem(400, "invalid_json").errors(), one("/homes/0/type", "invalid_json"));
}

#[tokio::test]
async fn nesting_has_a_bound_with_a_pointer() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let answer = post_json("/people", format!(r#"{{"x":{}}}"#, nested(31))).await;
    answer.is_problem(400, "unknown_field");
    let answer = post_json("/people", format!(r#"{{"x":{}}}"#, nested(32))).await;
    answer.is_problem(400, "invalid_json");
}

#[tokio::test]
async fn nul_is_refused_in_values_and_keys() {
    let answer = post_json("/people", r#"{"name":"A\u0000n"}"#).await;
    assert_eq!(answer.is_problem(400, "invalid_value").errors(), one("/name", "invalid_value"));
    post_json("/people", r#"{"na\u0000me":"A"}"#).await.is_problem(400, "invalid_value");
}

#[tokio::test]
async fn an_unknown_field_is_named() {
    let answer = post_json("/people", r#"{"name":"Ann","a/b":1}"#).await;
    assert_eq!(answer.is_problem(400, "unknown_field").errors(), one("/a~1b", "unknown_field"));
    let answer = post_json("/people", r#"{"name":"Ann","homes":[{"type":"aa"},{"tipe":"aa"}]}"#).await;
    assert_eq!(answer.errors(), one("/homes/1/tipe", "unknown_field"));
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let answer = post_json("/people", "{}").await;
    assert_eq!(answer.is_problem(400, "missing_field").errors(), one("/name", "missing_field"));
    let answer = post_json("/people", r#"{"name":"Ann","homes":[{}]}"#).await;
    assert_eq!(answer.errors(), one("/homes/0/type", "missing_field"));
}

#[tokio::test]
async fn a_wrong_type_is_named() {
    for (body, field, code) in [
        (r#"{"name":1}"#, "/name", "invalid_type"),
        (r#"{"name":null}"#, "/name", "invalid_type"),
        (r#"{"name":"Ann","age":"1"}"#, "/age", "invalid_type"),
        (r#"{"name":"Ann","age":1.0}"#, "/age", "invalid_type"),
        (r#"{"name":"Ann","age":-1}"#, "/age", "invalid_value"),
        (r#"{"name":"Ann","age":18446744073709551616}"#, "/age", "invalid_type"),
        (r#"{"name":"Ann","homes":{}}"#, "/homes", "invalid_type"),
        (r#"{"name":"Ann","homes":[["aa"]]}"#, "/homes/0", "invalid_type"),
        (r#"{"name":"Ann","mood":"cross"}"#, "/mood", "invalid_value"),
        (r#"{"name":"Ann","mood":1}"#, "/mood", "invalid_type"),
        (r#"{"name":"Ann","organization":"user_01hxw8f3k5e9vbq2r7c4m6n8p0"}"#, "/organization", "invalid_id"),
        (r#"["Ann"]"#, "", "invalid_type"),
        ("null", "", "invalid_type"),
    ] {
        let answer = post_json("/people", body).await;
        assert_eq!(answer.is_problem(400, code).errors(), one(field, code), "{body}");
    }
}

#[tokio::test]
async fn a_value_never_comes_back_in_a_refusal() {
    let answer = post_json("/people", r#"{"name":"Ann","age":"hunter2"}"#).await;
    assert!(!answer.body.to_string().contains("hunter2"));
}

#[tokio::test]
async fn every_broken_rule_is_named() {
    let answer = post_json("/people", r#"{"name":"","age":200,"homes":[{"type":"aa"},{"type":"b"}]}"#).await;
    let mut errors = answer.is_problem(400, "invalid_value").errors();
    errors.sort();
    let fields: Vec<&str> = errors.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["/age", "/homes/1/type", "/name"]);
}

#[tokio::test]
async fn a_merge_patch_tells_absent_from_null() {
    for (body, nickname) in
        [("{}", "kept"), (r#"{"nickname":null}"#, "cleared"), (r#"{"nickname":"Annie"}"#, "Annie")]
    {
        for media_type in ["application/merge-patch+json", "application/json"] {
            let answer = send_body(Method::PATCH, "/people/1", media_type, body, &[]).await;
            assert_eq!(answer.body, json!({"nickname": nickname}));
        }
    }
    let body = r#"{"nickname":"too long"}"#;
    let answer = send_body(Method::PATCH, "/people/1", "application/json", body, &[]).await;
    assert_eq!(answer.is_problem(400, "invalid_value").errors(), one("/nickname", "invalid_value"));
}
