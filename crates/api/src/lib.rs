//! The REST API: `/api/v1`, and its OpenAPI document.
//!
//! A handler parses, calls one use case and renders. Routes and document come from one list
//! (`routes!`), so neither can have what the other lacks.

mod document;
mod service;
pub mod v1;

pub use document::{document, document_text};

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use polity_app::App;
use polity_web::WebSettings;
use tower::util::MapRequest;
use utoipa_swagger_ui::SwaggerUi;

/// What products ask at each request of their own, and what probes ask every few seconds.
const QUIET: [&str; 5] = [
    "/api/v1/organizations/{organization_id}/access/check",
    "/api/v1/organizations/{organization_id}/access/batch-check",
    "/api/v1/api-keys/verify",
    "/healthz",
    "/readyz",
];

/// The whole service, as [`router`] gives it.
pub type Service = MapRequest<Router, fn(Request) -> Request>;

/// The whole service over HTTP: the API, its document and Swagger UI, with everything that doors
/// share around them.
pub fn router(app: Arc<App>, settings: WebSettings) -> Service {
    let (changing, _) = document::changing().split_for_parts();
    let (questions, _) = document::questions().split_for_parts();
    let routes = changing
        .route_layer(axum::middleware::from_fn_with_state(app.clone(), polity_web::idempotency::idempotent))
        .route_layer(axum::middleware::from_fn(polity_web::retry::retried))
        .merge(questions)
        .with_state(app)
        .merge(service::swagger_ui(SwaggerUi::new("/docs")))
        .merge(service::document(&document()));
    let whole = polity_web::layer(routes, WebSettings { quiet_paths: &QUIET, ..settings });
    // Source document 000 has the same resources under `/v1`: before the routes are matched.
    MapRequest::new(whole, canonical)
}

/// `/v1/organizations…` is `/api/v1/organizations…`.
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
