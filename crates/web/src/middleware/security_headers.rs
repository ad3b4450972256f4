//! What browsers are told about every answer. A header that a handler has set stands.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::Response;

use crate::settings::WebSettings;

/// An API's answer is no page: it loads nothing and stands in no frame.
const API_POLICY: &str = "default-src 'none'; frame-ancestors 'none'";

/// Swagger UI loads its own files and asks its own server; it draws its icons from `data:` and sets
/// inline styles.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, &str); 5] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (CACHE_CONTROL, "no-store, private"),
    (REFERRER_POLICY, "no-referrer"),
    (X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The `Content-Security-Policy` for what was asked.
pub(super) fn policy(settings: &WebSettings, request: &Request) -> &'static str {
    let below_docs = request.uri().path().strip_prefix(settings.docs_path);
    let docs = below_docs.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if docs { DOCS_POLICY } else { API_POLICY }
}

pub(super) fn add(settings: &WebSettings, policy: &'static str, response: &mut Response) {
    let headers = response.headers_mut();
    // With what else an answer has: the request's id, the revision, ETag, Date.
    headers.reserve(HEADERS.len() + 6);
    for (name, value) in HEADERS {
        unless_set(headers, name, value);
    }
    unless_set(headers, CONTENT_SECURITY_POLICY, policy);
    if settings.public_https {
        unless_set(headers, STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
}

fn unless_set(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
