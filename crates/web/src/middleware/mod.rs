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

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use futures::future::{BoxFuture, lazy};
use polity_domain::ids::OrganizationId;
use tower::{Layer, Service};
use tracing::Instrument;

use crate::problem::Problem;
use crate::scope::RequestScope;
use crate::settings::WebSettings;

/// Puts everything around a router: one middleware, since each costs a request about a microsecond, and as a
/// service of its own, since axum's `from_fn` costs another one.
pub fn layer(router: Router, settings: impl Into<Arc<WebSettings>>) -> Router {
    router
        .fallback(fallback::no_route)
        .method_not_allowed_fallback(fallback::no_method)
        .layer(Around(settings.into()))
}

/// What a door knows of a question that it finds without a router: one that products ask at each request of
/// their own, of which a success is logged at the level `debug` only.
#[derive(Debug, Clone, Copy)]
pub struct Found {
    /// The path that the document has for it.
    pub template: &'static str,
    /// The organization that the path names.
    pub organization: Option<OrganizationId>,
    /// Who connected; none: what the request's extensions say.
    pub peer: Option<SocketAddr>,
}

/// The same around one answer, for what a door finds without a router.
pub fn around<F, A>(
    settings: &Arc<WebSettings>,
    found: Found,
    request: Request,
    answer: F,
) -> impl Future<Output = Response> + Send + use<F, A>
where
    F: FnOnce(Request) -> A,
    A: Future<Output = Response> + Send,
{
    let mut opened = Opened::of(settings, Some(Template::Known(found)), &request);
    let answer = match opened.refused.take() {
        None => answer(request).left_future(),
        Some(refused) => rendered(refused).right_future(),
    };
    opened.run(answer)
}

#[derive(Clone)]
struct Around(Arc<WebSettings>);

impl<S> Layer<S> for Around {
    type Service = Pass<S>;

    fn layer(&self, inner: S) -> Pass<S> {
        Pass { settings: self.0.clone(), inner }
    }
}

/// What every request passes.
#[derive(Clone)]
struct Pass<S> {
    settings: Arc<WebSettings>,
    inner: S,
}

impl<S> Service<Request> for Pass<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        // For a handler that reads the body by axum's own means; ours know the limit by the scope.
        DefaultBodyLimit::max(self.settings.max_body).apply(&mut request);
        let template = request.extensions().get::<MatchedPath>().cloned().map(Template::Matched);
        let mut opened = Opened::of(&self.settings, template, &request);
        let answer = match opened.refused.take() {
            None => self.inner.call(request).map(IntoResponse::into_response).left_future(),
            Some(refused) => rendered(refused).right_future(),
        };
        opened.run(answer).map(Ok).boxed()
    }
}

/// The path that the document has for what was asked.
enum Template {
    Matched(MatchedPath),
    Known(Found),
}

impl Template {
    fn as_str(&self) -> &str {
        match self {
            Self::Matched(path) => path.as_str(),
            Self::Known(found) => found.template,
        }
    }
}

/// A request that was looked at, and what is kept of it for its answer.
struct Opened {
    settings: Arc<WebSettings>,
    scope: RequestScope,
    seen: Seen,
    /// Why it goes no further.
    refused: Option<Refusal>,
}

struct Seen {
    asked: access_log::Asked,
    condition: conditional::Condition,
    security: &'static HeaderMap,
}

impl Opened {
    fn of(settings: &Arc<WebSettings>, template: Option<Template>, request: &Request) -> Self {
        let peer = match &template {
            Some(Template::Known(found)) => found.peer,
            _ => None,
        };
        Self {
            scope: request_scope::open(settings, peer, request),
            refused: refusal(settings, template.as_ref().map(Template::as_str), request),
            seen: Seen {
                condition: conditional::Condition::of(request),
                security: security_headers::of(settings, request),
                asked: access_log::Asked::of(settings, request, template),
            },
            settings: settings.clone(),
        }
    }

    /// Waits for the answer in the request's scope, so that all of it knows the request's id.
    fn run<A: Future<Output = Response> + Send>(
        self,
        answer: A,
    ) -> impl Future<Output = Response> + Send + use<A> {
        let Self { settings, scope, seen, .. } = self;
        let span = request_scope::span(&scope, seen.asked.is_quiet());
        scope.clone().run(finished(settings, scope, seen, answer)).instrument(span)
    }
}

/// In the request's scope: a problem names the request.
fn rendered(refused: Refusal) -> impl Future<Output = Response> + Send {
    lazy(|_| refused.into_response())
}

/// A panic becomes an answer like any other; the security headers are on every answer; the access log
/// sees the final status.
async fn finished(
    settings: Arc<WebSettings>,
    scope: RequestScope,
    seen: Seen,
    answer: impl Future<Output = Response>,
) -> Response {
    // By reference: each wrapping that owns it would carry it along once more.
    let answer = pin!(answer);
    let response = fallback::caught(limits::in_time(&settings, answer)).await;
    let mut response = seen.condition.apply(fallback::without_plain_errors(response));
    revision::add(&scope, &mut response);
    security_headers::add(seen.security, &mut response);
    access_log::write(&scope, &seen.asked, &response);
    if let Some(recorder) = &settings.recorder {
        access_log::record(recorder, &scope, &seen.asked, response.status());
    }
    request_scope::send_back(&scope, &mut response);
    response
}

/// Why a request goes no further.
fn refusal(settings: &WebSettings, template: Option<&str>, request: &Request) -> Option<Refusal> {
    if limits::is_refused(request.method()) {
        return Some(Refusal::Method);
    }
    let allowed = limits::check(settings, request)
        .and_then(|()| unknown_query::check(&settings.query_rules, template, request));
    allowed.err().map(Refusal::Problem)
}

enum Refusal {
    Method,
    Problem(Problem),
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        match self {
            Self::Method => limits::refused_method(),
            Self::Problem(problem) => problem.into_response(),
        }
    }
}
