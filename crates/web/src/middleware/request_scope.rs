//! The request's scope, its span and its id.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use axum::extract::{ConnectInfo, Request};
use axum::http::header::USER_AGENT;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use polity_app::Seen;
use polity_domain::ids::RequestId;
use tracing::{Level, Span};

use super::{client_address, trace_context};
use crate::scope::{BodyLimits, Facts, RequestScope, WriteRevision};
use crate::settings::WebSettings;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST_USER_AGENT: usize = 256;

pub(super) fn open(settings: &WebSettings, peer: Option<SocketAddr>, request: &Request) -> RequestScope {
    RequestScope::new(facts(settings, peer, request))
}

/// Sends the request's id back.
pub(super) fn send_back(scope: &RequestScope, response: &mut Response) {
    response.headers_mut().insert(REQUEST_ID, scope.request_id_header());
}

/// What every line about the request has. `id` is written where the caller chose another one. A quiet
/// request has a span at the level `debug` only: its failures name the request themselves.
pub(super) fn span(scope: &RequestScope, quiet: bool) -> Span {
    macro_rules! span {
        ($level:expr) => {
            tracing::span!(
                target: "polity::http",
                $level,
                "request",
                request_id = scope.request_id(),
                id = tracing::field::Empty,
                trace_id = tracing::field::Empty,
                parent_id = tracing::field::Empty,
            )
        };
    }
    let span = if quiet { span!(Level::DEBUG) } else { span!(Level::INFO) };
    if span.is_disabled() {
        return span;
    }
    let id = scope.id().to_string();
    if id != scope.request_id() {
        span.record("id", id);
    }
    if let Some(trace) = scope.trace() {
        span.record("trace_id", trace.trace_id.as_str());
        span.record("parent_id", trace.parent_id.as_str());
    }
    span
}

fn facts(settings: &WebSettings, peer: Option<SocketAddr>, request: &Request) -> Facts {
    let headers = request.headers();
    let said = || request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| *peer);
    let peer = peer.or_else(said).map(|peer| peer.ip());
    let id = RequestId::from_uuid(settings.chance.uuid());
    Facts {
        id,
        request_id: given_id(headers).unwrap_or_else(|| header(id)),
        echoed: echoed(settings, request),
        client_address: peer.map(|peer| client_address::resolve(peer, headers, &settings.trusted_proxies)),
        user_agent: user_agent(headers),
        trace: trace_context::of(headers),
        body: BodyLimits { size: settings.max_body, time: settings.body_timeout },
        revision: WriteRevision::default(),
        seen: Seen::default(),
        actor: OnceLock::new(),
        told: Arc::default(),
    }
}

/// An id in writing: always visible ASCII.
fn header(id: RequestId) -> HeaderValue {
    HeaderValue::try_from(id.to_string()).unwrap_or(HeaderValue::from_static("unknown"))
}

/// The one `X-Request-Id` that was given.
fn only_id(headers: &HeaderMap) -> Option<&HeaderValue> {
    let mut values = headers.get_all(REQUEST_ID).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    Some(value)
}

/// It as it was given, where it is to come back whatever it holds. What stands in a header breaks no header.
fn echoed(settings: &WebSettings, request: &Request) -> Option<HeaderValue> {
    let path = request.uri().path();
    let echoes = settings.echoing_paths.iter().any(|below| path.starts_with(below));
    if echoes { only_id(request.headers()).filter(|id| !id.is_empty()).cloned() } else { None }
}

/// One `X-Request-Id` of 1 to 128 harmless characters.
fn given_id(headers: &HeaderMap) -> Option<HeaderValue> {
    let value = only_id(headers)?;
    let id = value.to_str().ok()?;
    let harmless = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    ((1..=128).contains(&id.len()) && harmless).then(|| value.clone())
}

fn user_agent(headers: &HeaderMap) -> Option<Arc<str>> {
    let text = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes());
    if text.len() <= LONGEST_USER_AGENT && !text.contains(char::is_control) {
        return Some(text.into());
    }
    let harmless = text.chars().filter(|character| !character.is_control()).take(LONGEST_USER_AGENT);
    Some(harmless.collect::<String>().into())
}
