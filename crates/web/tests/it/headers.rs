//! Request ids, traces and security headers.

use axum::http::Method;
use polity_web::WebSettings;

use crate::server::{read, request, send_to, settings};

#[tokio::test]
async fn a_harmless_request_id_comes_back() {
    for id in ["a", "req-1_2.3", &"x".repeat(128)] {
        assert_eq!(read("/people/1", &[("x-request-id", id)]).await.header("x-request-id"), id);
    }
}

#[tokio::test]
async fn any_other_request_id_is_replaced() {
    for id in ["", "a b", "a/b", "ä", "<script>", &"x".repeat(129)] {
        let answer = read("/people/1", &[("x-request-id", id)]).await;
        assert_eq!(answer.header("x-request-id"), "req_00000000000000000000000001");
    }
    let answer = read("/people/1", &[("x-request-id", "a"), ("x-request-id", "b")]).await;
    assert!(answer.header("x-request-id").starts_with("req_"));
}

#[tokio::test]
async fn where_a_standard_wants_it_any_request_id_comes_back_and_none_gets_into_a_problem() {
    let settings = || WebSettings { echoing_paths: &["/organizations/"], ..settings() };
    for id in ["a b", "a/b", "<script>", &"x".repeat(129), "harmless"] {
        let at = |path: &str| request(Method::GET, path, &[("x-request-id", id)]);
        let echoed = send_to(settings(), at("/organizations/nothing")).await;
        assert_eq!((echoed.status, echoed.header("x-request-id")), (404, id));
        let harmless = if id == "harmless" { id } else { "req_00000000000000000000000001" };
        assert_eq!(echoed.body["request_id"], harmless);
        assert_eq!(send_to(settings(), at("/people/1")).await.header("x-request-id"), harmless);
    }
    let two = request(Method::GET, "/organizations/x", &[("x-request-id", "a b"), ("x-request-id", "c")]);
    assert!(send_to(settings(), two).await.header("x-request-id").starts_with("req_"));
    let none = request(Method::GET, "/organizations/x", &[("x-request-id", "")]);
    assert!(send_to(settings(), none).await.header("x-request-id").starts_with("req_"));
}

#[tokio::test]
async fn a_trace_is_kept_and_a_malformed_one_is_not() {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let good = format!("00-{trace}-00f067aa0ba902b7-01");
    assert_eq!(read("/whoami", &[("traceparent", &good)]).await.body["trace"], trace);
    let later = format!("01-{trace}-00f067aa0ba902b7-01-more");
    assert_eq!(read("/whoami", &[("traceparent", &later)]).await.body["trace"], trace);
    for bad in [
        format!("ff-{trace}-00f067aa0ba902b7-01"),
        format!("00-{trace}-00f067aa0ba902b7-01-more"),
        format!("00-{}-00f067aa0ba902b7-01", trace.to_uppercase()),
        format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32)),
        format!("00-{trace}-0000000000000000-01"),
        format!("00-{trace}-00f067aa0ba902b7"),
    ] {
        assert!(read("/whoami", &[("traceparent", &bad)]).await.body["trace"].is_null(), "{bad}");
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    for path in ["/people/1", "/nowhere", "/panic", "/fail"] {
        let answer = read(path, &[]).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("x-frame-options"), "DENY");
        assert_eq!(answer.header("content-security-policy"), "default-src 'none'; frame-ancestors 'none'");
        assert!(answer.header("cache-control").starts_with("no-store"));
        assert!(!answer.headers.contains_key("strict-transport-security"));
        assert!(!answer.headers.contains_key("server"));
    }
}

#[tokio::test]
async fn the_docs_may_load_their_own_scripts_and_nothing_else() {
    let policy = read("/docs/", &[]).await.header("content-security-policy").to_owned();
    assert!(policy.contains("script-src 'self';") && policy.contains("default-src 'none'"));
    assert!(!policy.contains("unsafe-eval"));
}

#[tokio::test]
async fn https_is_insisted_on_when_the_public_url_has_it() {
    let settings = WebSettings { public_https: true, ..settings() };
    let answer = send_to(settings, request(Method::GET, "/people/1", &[])).await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}
