//! One line for every request, without anything that the caller wrote into it but the request's id.

use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tracing::Level;

use crate::problem::ProblemCode;
use crate::scope::RequestScope;
use crate::settings::WebSettings;

/// What a line says of a request.
pub(super) struct Asked {
    method: &'static str,
    path: Option<MatchedPath>,
    start: Instant,
}

impl Asked {
    pub fn of(request: &Request) -> Self {
        Self {
            method: method(request.method()),
            path: request.extensions().get::<MatchedPath>().cloned(),
            start: Instant::now(),
        }
    }
}

pub(super) fn write(settings: &WebSettings, scope: &RequestScope, asked: &Asked, response: &Response) {
    let path = asked.path.as_ref().map_or("unmatched", MatchedPath::as_str);
    let level = if is_denial(response.status()) {
        Level::WARN
    } else if response.status().is_success() && settings.quiet_paths.contains(&path) {
        Level::DEBUG
    } else {
        Level::INFO
    };
    line(level, scope, asked, path, response);
}

/// Whether a success is logged at the level `debug` only.
pub(super) fn is_quiet(settings: &WebSettings, request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>();
    path.is_some_and(|path| settings.quiet_paths.contains(&path.as_str()))
}

/// A method's name, of a closed list: labels are not the caller's to invent.
fn method(method: &Method) -> &'static str {
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

fn line(level: Level, scope: &RequestScope, asked: &Asked, path: &str, response: &Response) {
    let denied = (level == Level::WARN).then_some(true);
    macro_rules! write {
        ($level:expr, $words:literal) => {
            tracing::event!(
                target: "polity::access",
                $level,
                method = asked.method,
                path,
                status = response.status().as_u16(),
                code = response.extensions().get::<ProblemCode>().map(|ProblemCode(code)| display(*code)),
                latency_ms = asked.start.elapsed().as_secs_f64() * 1000.0,
                request_id = scope.request_id(),
                actor = scope.actor().map(display),
                client = scope.client_address().map(debug),
                denied,
                $words
            )
        };
    }
    match level {
        Level::WARN => write!(Level::WARN, "denied"),
        Level::DEBUG => write!(Level::DEBUG, "answered"),
        _ => write!(Level::INFO, "answered"),
    }
}
