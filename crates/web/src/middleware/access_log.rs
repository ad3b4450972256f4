//! One line for every request, without anything that the caller wrote into it but the request's id.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use tracing::Level;

use super::Template;
use crate::problem::ProblemCode;
use crate::scope::RequestScope;
use crate::settings::WebSettings;

/// What a line says of a request.
pub(super) struct Asked {
    method: &'static str,
    template: Option<Template>,
    quiet: bool,
    start: Instant,
}

impl Asked {
    pub fn of(settings: &WebSettings, request: &Request, template: Option<Template>) -> Self {
        let path = template.as_ref().map(Template::as_str);
        let quiet = path.is_some_and(|path| settings.quiet_paths.contains(&path));
        Self { method: method(request.method()), quiet, template, start: Instant::now() }
    }

    /// The path that the document has for it; none where nothing stands.
    pub fn template(&self) -> Option<&str> {
        self.template.as_ref().map(Template::as_str)
    }

    /// Whether a success is logged at the level `debug` only.
    pub fn is_quiet(&self) -> bool {
        self.quiet
    }
}

pub(super) fn write(scope: &RequestScope, asked: &Asked, response: &Response) {
    let level = if is_denial(response.status()) {
        Level::WARN
    } else if response.status().is_success() && asked.quiet {
        Level::DEBUG
    } else {
        Level::INFO
    };
    line(level, scope, asked, response);
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

fn line(level: Level, scope: &RequestScope, asked: &Asked, response: &Response) {
    let path = asked.template().unwrap_or("unmatched");
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
