//! Problems.

use axum::http::Method;

use crate::server::{post_json, read, request, send};

#[tokio::test]
async fn a_failure_of_a_use_case_is_a_problem() {
    let answer = read("/fail", &[]).await;
    answer.is_problem(404, "not_found");
    assert_eq!(answer.body["title"], "Not found");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert!(answer.body.get("errors").is_none());
}

#[tokio::test]
async fn no_cause_ever_shows() {
    let answer = read("/fail?mood=grim", &[]).await;
    answer.is_problem(500, "internal");
    assert!(!answer.body.to_string().contains("select"));
}

#[tokio::test]
async fn a_401_says_how_to_authenticate() {
    let answer = read("/fail?mood=away", &[]).await;
    answer.is_problem(401, "unauthenticated");
    let challenges: Vec<_> =
        answer.headers.get_all("www-authenticate").iter().map(|v| v.to_str().unwrap()).collect();
    assert_eq!(challenges.len(), 3);
    assert!(challenges[0].starts_with("Bearer realm="));
}

#[tokio::test]
async fn a_403_names_the_permission() {
    let answer = read("/fail?mood=small", &[]).await;
    assert_eq!(answer.is_problem(403, "permission_denied").body["required_permission"], "roles.write");
}

#[tokio::test]
async fn a_429_says_which_limit_there_is_and_when_to_come_back() {
    let answer = read("/fail?mood=often", &[]).await;
    assert_eq!(answer.is_problem(429, "too_many_requests").header("retry-after"), "30");
    assert_eq!(answer.header("ratelimit-policy"), r#""moods";q=5;w=60"#);
    assert_eq!(answer.header("ratelimit"), r#""moods";r=0;t=30"#);
}

#[tokio::test]
async fn a_panic_is_a_500_without_its_message() {
    let answer = read("/panic", &[]).await;
    answer.is_problem(500, "internal");
    assert!(!answer.body.to_string().contains("secret"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn an_unknown_route_is_404() {
    for path in ["/", "/people/", "//people", "/people/%2e%2e/fail", "/People", "/people;x"] {
        read(path, &[]).await.is_problem(404, "route_not_found");
    }
    post_json("/nowhere", "{}").await.is_problem(404, "route_not_found");
}

#[tokio::test]
async fn an_unknown_method_is_405_with_allow() {
    for method in [Method::DELETE, Method::OPTIONS, Method::PUT, Method::from_bytes(b"BREW").unwrap()] {
        let answer = send(request(method, "/people", &[])).await;
        answer.is_problem(405, "method_not_allowed");
        let mut allowed: Vec<&str> = answer.header("allow").split(',').collect();
        allowed.sort_unstable();
        assert_eq!(allowed, ["GET", "HEAD", "POST"]);
    }
}

#[tokio::test]
async fn trace_and_connect_are_refused_everywhere() {
    for path in ["/people", "/nowhere"] {
        for method in [Method::TRACE, Method::CONNECT] {
            send(request(method, path, &[])).await.is_problem(405, "method_not_allowed");
        }
    }
}

#[tokio::test]
async fn a_plain_refusal_of_a_library_becomes_a_problem() {
    read("/teapot", &[]).await.is_problem(400, "bad_request");
}

#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let answer = send(request(Method::HEAD, "/people/1", &[])).await;
    assert_eq!((answer.status, answer.header("etag"), answer.body.as_str()), (200, "\"v1\"", Some("")));
}
