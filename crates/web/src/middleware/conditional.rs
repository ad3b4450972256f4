//! `If-None-Match` on reads: 304 instead of a body that the caller has (RFC 9110, section 13.1.2).

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::etag::{self, IfNoneMatch};

pub(super) async fn not_modified(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let condition = reads.then(|| IfNoneMatch::from_headers(request.headers()));
    let response = next.run(request).await;
    let tag = response.headers().get(ETAG).and_then(etag::strong_tag);
    match (condition, tag) {
        (Some(condition), Some(tag)) if response.status() == StatusCode::OK && condition.has(tag) => {
            without_body(response)
        }
        _ => response,
    }
}

fn without_body(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}
