//! What stands around every route.

mod access_log;
pub mod client_address;
mod conditional;
mod fallback;
mod limits;
mod request_scope;
mod revision;
mod security_headers;
pub mod trace_context;
pub mod unknown_query;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;

use crate::settings::WebSettings;

/// Puts everything around a router, the first named outermost.
///
/// The scope comes first, so that all that follows knows the request's id; the access log sees the
/// final status; the security headers are on every answer; a panic becomes an answer before those.
pub fn layer(router: Router, settings: WebSettings) -> Router {
    let stack = ServiceBuilder::new()
        .layer(from_fn_with_state(settings.clone(), request_scope::open))
        .layer(from_fn(access_log::write))
        .layer(from_fn_with_state(settings.clone(), security_headers::add))
        .layer(CatchPanicLayer::custom(fallback::panicked))
        .layer(from_fn(fallback::plain_errors))
        .layer(from_fn(revision::add))
        .layer(from_fn(conditional::not_modified))
        .layer(DefaultBodyLimit::max(settings.max_body))
        .layer(from_fn_with_state(settings.clone(), limits::enforce))
        .layer(from_fn_with_state(settings.query_rules, unknown_query::refuse));
    router.fallback(fallback::no_route).method_not_allowed_fallback(fallback::no_method).layer(stack)
}
