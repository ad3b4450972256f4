//! One line for every request, without anything that the caller wrote into it but the request's id; and what
//! the organizations' access log is made of.

use std::time::Instant;

use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use polity_app::access_log::{Recorder, Seen};
use polity_domain::ids::OrganizationId;
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
    /// The organization that the path names, where somebody writes its log.
    organization: Option<OrganizationId>,
}

impl Asked {
    pub fn of(settings: &WebSettings, request: &Request, template: Option<Template>) -> Self {
        let (quiet, organization) = match &template {
            None => (false, None),
            Some(Template::Known(found)) => (true, found.organization),
            Some(Template::Matched(path)) => {
                let quiet = settings.quiet_paths.contains(&path.as_str());
                let logged = settings.recorder.is_some();
                (quiet, logged.then(|| organization(path.as_str(), request.uri().path())).flatten())
            }
        };
        Self { method: method(request.method()), quiet, template, start: Instant::now(), organization }
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
    let level = if is_denial(response.status()) || scope.told().denied.get().is_some() {
        Level::WARN
    } else if response.status().is_success() && asked.quiet {
        Level::DEBUG
    } else {
        Level::INFO
    };
    line(level, scope, asked, response);
}

/// What an organization's id is called in paths; the source documents have names of their own.
const ORGANIZATION: [&str; 3] = ["{organization_id}", "{org_id}", "{organisationId}"];

/// What stands in the path where the document has the organization's id.
fn organization(template: &str, path: &str) -> Option<OrganizationId> {
    let mut parts = template.split('/').zip(path.split('/'));
    let (_, id) = parts.find(|(name, _)| ORGANIZATION.contains(name))?;
    if id == "root" { Some(OrganizationId::ROOT) } else { id.parse().ok() }
}

/// Tells the recorder what was asked and answered.
pub(super) fn record(recorder: &Recorder, scope: &RequestScope, asked: &Asked, status: StatusCode) {
    let Some(route) = asked.template() else { return };
    recorder.note(Seen {
        principal: scope.actor().copied(),
        signing: scope.told().signing.get().copied(),
        organization_id: asked.organization.or_else(|| scope.told().about.get().copied()),
        support: scope.told().support.get().copied(),
        denied: scope.told().denied.get().copied(),
        question: asked.quiet,
        method: asked.method,
        route,
        http_status: status.as_u16(),
        ip_address: scope.client_address(),
        user_agent: scope.user_agent(),
        request_id: scope.id(),
    });
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
