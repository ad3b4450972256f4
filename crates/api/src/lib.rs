//! The REST API: `/api/v1`, and its OpenAPI document.
//!
//! A handler parses, calls one use case and renders. Routes and document come from one list
//! (`routes!`), so neither can have what the other lacks.

mod authzen;
mod document;
mod examples;
mod questions;
mod routes;
mod service;
mod source_001;
mod source_002;
pub mod v1;

pub use document::{document, document_text};

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::Uri;
use axum::response::Response;
use axum::routing::future::RouteFuture;
use futures::FutureExt;
use futures::future::{BoxFuture, Either};
use polity_app::{App, AppError};
use polity_web::WebSettings;
use questions::Question;
use utoipa_swagger_ui::SwaggerUi;

/// What products ask at each request of their own, and what probes ask every few seconds.
const QUIET: [&str; 7] = [
    questions::CHECK,
    questions::BATCH_CHECK,
    questions::VERIFY,
    authzen::EVALUATION,
    authzen::EVALUATIONS,
    "/healthz",
    "/readyz",
];

/// The whole service, as [`router`] gives it.
#[derive(Clone)]
pub struct Service {
    app: Arc<App>,
    settings: Arc<WebSettings>,
    router: Router,
    /// Whom it serves.
    peer: Option<SocketAddr>,
}

impl Service {
    /// The same for what comes from one peer.
    #[must_use]
    pub fn from_peer(&self, peer: SocketAddr) -> Self {
        Self { peer: Some(peer), ..self.clone() }
    }
}

impl tower::Service<Request> for Service {
    type Response = Response;
    type Error = Infallible;
    type Future = Either<BoxFuture<'static, Result<Response, Infallible>>, RouteFuture<Infallible>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        tower::Service::<Request>::poll_ready(&mut self.router, context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let Some(question) = Question::of(&request) else {
            if let Some(peer) = self.peer {
                request.extensions_mut().insert(ConnectInfo(peer));
            }
            return Either::Right(self.router.call(canonical(request)));
        };
        let app = self.app.clone();
        let answer = move |request| question.answer(app, request);
        let (template, organization) = (question.template(), question.organization());
        let found = polity_web::Found { template, organization, peer: self.peer };
        Either::Left(polity_web::around(&self.settings, found, request, answer).map(Ok).boxed())
    }
}

/// The whole service over HTTP: the API, its document and Swagger UI, with everything that doors
/// share around them.
///
/// # Errors
/// None but when the committed document is broken.
pub fn router(app: Arc<App>, settings: WebSettings) -> Result<Service, AppError> {
    let recorder = Some(app.access_log.clone());
    let settings =
        WebSettings { quiet_paths: &QUIET, echoing_paths: &[authzen::BELOW], recorder, ..settings };
    let settings = Arc::new(settings.held_to(document::COMMITTED).map_err(AppError::internal)?);
    let routes = Router::from(document::changing())
        .route_layer(axum::middleware::from_fn(polity_web::seen::durable))
        .route_layer(axum::middleware::from_fn_with_state(app.clone(), polity_web::idempotency::idempotent))
        .route_layer(axum::middleware::from_fn(polity_web::retry::retried))
        .merge(Router::from(document::questions()))
        .with_state(app.clone())
        .merge(service::swagger_ui(SwaggerUi::new("/docs")))
        .merge(service::document());
    Ok(Service { app, router: polity_web::layer(routes, settings.clone()), settings, peer: None })
}

/// `/v1/organizations…` is `/api/v1/organizations…`: source document 000 has the same resources there.
fn canonical(mut request: Request) -> Request {
    let path = request.uri().path();
    if path == "/v1/organizations" || path.starts_with("/v1/organizations/") {
        let mut parts = request.uri().clone().into_parts();
        let whole = parts.path_and_query.as_ref().map_or("/", |whole| whole.as_str());
        parts.path_and_query = format!("/api{whole}").parse().ok();
        if let Ok(uri) = Uri::from_parts(parts) {
            *request.uri_mut() = uri;
        }
    }
    request
}
