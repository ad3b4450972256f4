//! One line for every request, without anything that the caller wrote into it but the request's id.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use tracing::field::{debug, display};

use crate::problem::ProblemCode;
use crate::scope::RequestScope;

pub(super) async fn write(request: Request, next: Next) -> Response {
    let method = method(request.method());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let start = Instant::now();
    let response = next.run(request).await;
    let latency = start.elapsed().as_secs_f64() * 1000.0;
    line(method, path.as_ref().map_or("unmatched", MatchedPath::as_str), latency, &response);
    response
}

/// A method's name, of a closed list: labels are not the caller's to invent.
pub(super) fn method(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "OTHER",
    }
}

fn is_denial(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403 | 404 | 429)
}

fn line(method: &str, path: &str, latency_ms: f64, response: &Response) {
    let scope = RequestScope::current();
    let status = response.status();
    let code = response.extensions().get::<ProblemCode>().map(|ProblemCode(code)| display(*code));
    let request_id = scope.as_ref().map(RequestScope::request_id);
    let actor = scope.as_ref().and_then(RequestScope::actor);
    let client = scope.as_ref().and_then(RequestScope::client_address).map(debug);
    let status_code = status.as_u16();
    if is_denial(status) {
        tracing::warn!(
            target: "polity::access", method, path, status = status_code, code, latency_ms, request_id, actor,
            client, denied = true, "denied"
        );
    } else {
        tracing::info!(
            target: "polity::access", method, path, status = status_code, code, latency_ms, request_id, actor,
            client, "answered"
        );
    }
}
