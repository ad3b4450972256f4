//! What browsers are told about every answer. A header that a handler has set stands.

use std::mem;
use std::sync::LazyLock;

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

/// What every answer has, by what was asked and by whether Polity is reached by HTTPS: to copy a map costs less
/// than to fill one.
#[derive(Debug)]
struct Policies {
    api: HeaderMap,
    docs: HeaderMap,
}

static PLAIN: LazyLock<Policies> = LazyLock::new(|| Policies::new(false));
static HTTPS: LazyLock<Policies> = LazyLock::new(|| Policies::new(true));

impl Policies {
    fn new(https: bool) -> Self {
        Self { api: headers(&API_POLICY, https), docs: headers(&DOCS_POLICY, https) }
    }
}

fn headers(policy: &HeaderValue, https: bool) -> HeaderMap {
    // With room for what else an answer has: its type, the request's id, the revision, ETag, Date.
    let mut headers = HeaderMap::with_capacity(HEADERS.len() + 7);
    headers.extend(HEADERS.iter().cloned());
    headers.insert(CONTENT_SECURITY_POLICY, policy.clone());
    if https {
        headers.insert(STRICT_TRANSPORT_SECURITY, HSTS.clone());
    }
    headers
}

/// The headers for what was asked.
pub(super) fn of(settings: &WebSettings, request: &Request) -> &'static HeaderMap {
    let below_docs = request.uri().path().strip_prefix(settings.docs_path);
    let docs = below_docs.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let policies = if settings.public_https { &HTTPS } else { &PLAIN };
    if docs { &policies.docs } else { &policies.api }
}

pub(super) fn add(headers: &HeaderMap, response: &mut Response) {
    let own = mem::replace(response.headers_mut(), headers.clone());
    // A name stands before the first of its values only: that one takes the place of ours.
    response.headers_mut().extend(own);
}
