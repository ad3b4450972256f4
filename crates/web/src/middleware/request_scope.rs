//! Opens the request's scope and its span, and sends its id back.

use std::net::SocketAddr;
use std::sync::OnceLock;

use axum::extract::{ConnectInfo, MatchedPath, Request, State};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use polity_domain::ids::RequestId;
use tracing::{Instrument, Span};

use super::{client_address, trace_context};
use crate::scope::{Facts, RequestScope, WriteRevision};
use crate::settings::WebSettings;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_USER_AGENT: usize = 256;

pub(super) async fn open(State(settings): State<WebSettings>, mut request: Request, next: Next) -> Response {
    let scope = RequestScope::new(facts(&settings, &request));
    let span = span(&scope, &request);
    request.extensions_mut().insert(scope.clone());
    let mut response = scope.clone().run(next.run(request)).instrument(span).await;
    if let Ok(id) = HeaderValue::from_str(scope.request_id()) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

fn facts(settings: &WebSettings, request: &Request) -> Facts {
    let headers = request.headers();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
    let id = RequestId::from_uuid(settings.chance.uuid());
    Facts {
        id,
        request_id: given_id(headers).unwrap_or_else(|| id.to_string()),
        client_address: peer.map(|peer| client_address::resolve(peer, headers, &settings.trusted_proxies)),
        user_agent: user_agent(headers),
        trace: trace_context::of(headers),
        revision: WriteRevision::default(),
        actor: OnceLock::new(),
    }
}

/// One `X-Request-Id` of 1 to 128 harmless characters.
fn given_id(headers: &HeaderMap) -> Option<String> {
    let mut values = headers.get_all(REQUEST_ID).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let id = value.to_str().ok()?;
    let harmless = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    ((1..=128).contains(&id.len()) && harmless).then(|| id.to_owned())
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let text = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes()).into_owned();
    Some(text.chars().filter(|character| !character.is_control()).take(LONGEST_USER_AGENT).collect())
}

fn span(scope: &RequestScope, request: &Request) -> Span {
    let path = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let span = tracing::info_span!(
        target: "polity::http",
        "request",
        method = super::access_log::method(request.method()),
        path,
        id = %scope.id(),
        request_id = scope.request_id(),
        trace_id = tracing::field::Empty,
        parent_id = tracing::field::Empty,
    );
    if let Some(trace) = scope.trace() {
        span.record("trace_id", trace.trace_id.as_str());
        span.record("parent_id", trace.parent_id.as_str());
    }
    span
}
