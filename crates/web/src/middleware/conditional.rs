//! `If-None-Match` on reads: 304 instead of a body that the caller has (RFC 9110, section 13.1.2).

use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG};
use axum::http::{Method, StatusCode};
use axum::response::Response;

use crate::etag::{self, IfNoneMatch};

/// What a read asks for; nothing for what is no read.
pub(super) struct Condition(Option<IfNoneMatch>);

impl Condition {
    pub fn of(request: &Request) -> Self {
        let reads = matches!(*request.method(), Method::GET | Method::HEAD);
        Self(reads.then(|| IfNoneMatch::from_headers(request.headers())))
    }

    pub fn apply(self, response: Response) -> Response {
        let tag = response.headers().get(ETAG).and_then(etag::strong_tag);
        match (self.0, tag) {
            (Some(condition), Some(tag)) if response.status() == StatusCode::OK && condition.has(tag) => {
                without_body(response)
            }
            _ => response,
        }
    }
}

fn without_body(response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(CONTENT_TYPE);
    parts.headers.remove(CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}
