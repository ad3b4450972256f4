//! Limits.

use std::convert::Infallible;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::http::Method;
use futures::stream;
use polity_web::WebSettings;

use crate::server::{post_json, read, request, send, send_to, settings};

const CHUNK: Bytes = Bytes::from_static(&[b' '; 65536]);

fn chunked(chunks: usize) -> Body {
    Body::from_stream(stream::iter((0..chunks).map(|_| Ok::<_, Infallible>(CHUNK))))
}

#[tokio::test]
async fn a_body_over_the_limit_is_413() {
    let mut announced = request(Method::POST, "/people", &[("content-type", "application/json")]);
    announced.headers_mut().insert("content-length", 1_048_577.into());
    send(announced).await.is_problem(413, "body_too_large");
    post_json("/people", chunked(17)).await.is_problem(413, "body_too_large");
}

#[tokio::test]
async fn a_body_at_the_limit_is_read() {
    post_json("/people", chunked(16)).await.is_problem(400, "invalid_json");
}

#[tokio::test]
async fn a_handler_that_reads_the_body_itself_is_bounded_too() {
    let answer = post_json("/swallow", chunked(17)).await;
    answer.is_problem(413, "body_too_large");
    assert_eq!(post_json("/swallow", chunked(16)).await.body, 1_048_576);
}

#[tokio::test]
async fn an_endless_body_costs_no_more_than_the_limit() {
    let endless = Body::from_stream(stream::repeat_with(|| Ok::<_, Infallible>(CHUNK)));
    post_json("/people", endless).await.is_problem(413, "body_too_large");
}

#[tokio::test]
async fn a_body_that_trickles_is_408() {
    let never = Body::from_stream(stream::pending::<Result<Bytes, Infallible>>());
    let mut slow = request(Method::POST, "/people", &[("content-type", "application/json")]);
    *slow.body_mut() = never;
    let settings = WebSettings { body_timeout: Duration::from_millis(20), ..settings() };
    send_to(settings, slow).await.is_problem(408, "request_timeout");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_503() {
    let settings = WebSettings { timeout: Duration::from_millis(20), ..settings() };
    let start = Instant::now();
    let answer = send_to(settings, request(Method::GET, "/sleep", &[])).await;
    assert_eq!(answer.is_problem(503, "timeout").header("retry-after"), "1");
    assert!(start.elapsed() < Duration::from_secs(2));
}

#[tokio::test]
async fn a_long_uri_is_414() {
    read(&format!("/people?filter={}", "x".repeat(8192)), &[]).await.is_problem(414, "uri_too_long");
    let fits = format!("/people?filter={}", "x".repeat(8192 - "/people?filter=".len()));
    assert_eq!(read(&fits, &[]).await.status, 200);
}
