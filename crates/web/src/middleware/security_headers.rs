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
static API_POLICY: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

/// Swagger UI loads its own files and asks its own server; it draws its icons from `data:` and sets
/// inline styles.
static DOCS_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// Checked once, not for each answer.
static HEADERS: [(HeaderName, HeaderValue); 5] = [
    (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (CACHE_CONTROL, HeaderValue::from_static("no-store, private")),
    (REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
];

static HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// The `Content-Security-Policy` for what was asked.
pub(super) fn policy(settings: &WebSettings, request: &Request) -> &'static HeaderValue {
    let below_docs = request.uri().path().strip_prefix(settings.docs_path);
    let docs = below_docs.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if docs { &DOCS_POLICY } else { &API_POLICY }
}

pub(super) fn add(settings: &WebSettings, policy: &HeaderValue, response: &mut Response) {
    let headers = response.headers_mut();
    // With what else an answer has: the request's id, the revision, ETag, Date.
    headers.reserve(HEADERS.len() + 6);
    for (name, value) in &HEADERS {
        unless_set(headers, name.clone(), value);
    }
    unless_set(headers, CONTENT_SECURITY_POLICY, policy);
    if settings.public_https {
        unless_set(headers, STRICT_TRANSPORT_SECURITY, &HSTS);
    }
}

fn unless_set(headers: &mut HeaderMap, name: HeaderName, value: &HeaderValue) {
    headers.entry(name).or_insert_with(|| value.clone());
}
