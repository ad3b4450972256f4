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

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use crate::scope::RequestScope;
use crate::settings::WebSettings;

/// Puts everything around a router: one middleware, since each costs a request about a microsecond.
pub fn layer(router: Router, settings: WebSettings) -> Router {
    router
        .fallback(fallback::no_route)
        .method_not_allowed_fallback(fallback::no_method)
        .layer(from_fn_with_state(Arc::new(settings), pass))
}

/// The scope comes first, so that all that follows knows the request's id.
async fn pass(State(settings): State<Arc<WebSettings>>, mut request: Request, next: Next) -> Response {
    let scope = request_scope::open(&settings, &mut request);
    let span = request_scope::span(&scope, access_log::is_quiet(&settings, &request));
    scope.clone().run(answer(settings, scope, request, next)).instrument(span).await
}

/// A panic becomes an answer like any other; the security headers are on every answer; the access log
/// sees the final status.
async fn answer(settings: Arc<WebSettings>, scope: RequestScope, request: Request, next: Next) -> Response {
    let asked = access_log::Asked::of(&request);
    let condition = conditional::Condition::of(&request);
    let policy = security_headers::policy(&settings, &request);
    let response = fallback::caught(within_limits(&settings, request, next)).await;
    let mut response = condition.apply(fallback::without_plain_errors(response));
    revision::add(&scope, &mut response);
    security_headers::add(&settings, policy, &mut response);
    access_log::write(&settings, &scope, &asked, &response);
    request_scope::send_back(&scope, &mut response);
    response
}

async fn within_limits(settings: &WebSettings, mut request: Request, next: Next) -> Response {
    if limits::is_refused(request.method()) {
        return limits::refused_method();
    }
    let allowed = limits::check(settings, &request)
        .and_then(|()| unknown_query::check(&settings.query_rules, &request));
    if let Err(problem) = allowed {
        return problem.into_response();
    }
    limits::limit(settings, &mut request);
    limits::in_time(settings, next.run(request)).await
}
