//! Problems where no handler of ours answers: unknown routes, unknown methods, panics, and the plain
//! refusals of the libraries below.

use std::panic::AssertUnwindSafe;

use axum::http::header::{ALLOW, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;

use crate::problem::Problem;

pub(super) async fn no_route() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "route_not_found", "There is no such path.")
}

/// axum adds the `Allow` header.
pub(super) async fn no_method() -> Problem {
    method_not_allowed()
}

pub(super) fn method_not_allowed() -> Problem {
    let detail = "This path does not know the method; see Allow.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

/// A panic becomes an answer; its message stays in the log.
pub(super) async fn caught(answer: impl Future<Output = Response>) -> Response {
    AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|payload| {
        let message = payload
            .downcast_ref::<&'static str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_default();
        Problem::internal(format!("a handler panicked: {message}")).into_response()
    })
}

/// A library's refusal in plain text, or without a body, becomes a problem; what a door has put
/// into a media type of its own is left alone.
pub(super) fn without_plain_errors(response: Response) -> Response {
    let status = response.status();
    let failed = status.is_client_error() || status.is_server_error();
    if !failed || !is_plain(&response) {
        return response;
    }
    let mut problem = problem_of(status).into_response();
    for name in [ALLOW, RETRY_AFTER] {
        if let Some(value) = response.headers().get(&name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

fn is_plain(response: &Response) -> bool {
    let media_type = response.headers().get(CONTENT_TYPE).map(HeaderValue::as_bytes);
    media_type.is_none_or(|media_type| media_type.starts_with(b"text/plain"))
}

fn problem_of(status: StatusCode) -> Problem {
    match status {
        StatusCode::NOT_FOUND => Problem::from(polity_app::error::AppError::not_found()),
        StatusCode::UNAUTHORIZED => Problem::from(polity_app::error::AppError::unauthenticated()),
        StatusCode::METHOD_NOT_ALLOWED => method_not_allowed(),
        StatusCode::PAYLOAD_TOO_LARGE => crate::extract::too_large(),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            status,
            "unsupported_media_type",
            "The body is of another media type than is wanted.",
        ),
        status if status.is_client_error() => {
            Problem::new(StatusCode::BAD_REQUEST, "bad_request", "The request cannot be understood.")
        }
        status => Problem::internal(format!("a bare answer of status {status}")),
    }
}
