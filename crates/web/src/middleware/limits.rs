//! How much of a server one request may take: its methods, its URI, its body, its time.

use axum::extract::Request;
use axum::http::header::{ALLOW, CONTENT_LENGTH};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::fallback;
use crate::extract;
use crate::problem::Problem;
use crate::settings::WebSettings;
use crate::time_limit::within;

/// Methods that no route may have.
pub(super) fn is_refused(method: &Method) -> bool {
    matches!(*method, Method::TRACE | Method::CONNECT)
}

pub(super) async fn in_time(settings: &WebSettings, answer: impl Future<Output = Response>) -> Response {
    within(settings.timeout, answer).await.unwrap_or_else(|_| timed_out().into_response())
}

pub(super) fn refused_method() -> Response {
    let mut response = fallback::method_not_allowed().into_response();
    let known = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
    response.headers_mut().insert(ALLOW, known);
    response
}

/// The length of the URI, and that of the body as far as it is announced.
pub(super) fn check(settings: &WebSettings, request: &Request) -> Result<(), Problem> {
    let length = request.uri().path_and_query().map_or(0, |uri| uri.as_str().len());
    if length > settings.max_uri {
        return Err(Problem::new(StatusCode::URI_TOO_LONG, "uri_too_long", "Path and query are too long."));
    }
    let announced = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: u64| length > settings.max_body as u64) {
        return Err(extract::too_large());
    }
    Ok(())
}

fn timed_out() -> Problem {
    let detail = "It took too long. Whether it was done is not known: look, or repeat it with the same Idempotency-Key.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "timeout", detail).retry_after(1)
}
