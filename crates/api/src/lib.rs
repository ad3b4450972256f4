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
use tower::ServiceBuilder;
use utoipa_swagger_ui::SwaggerUi;

/// The whole service over HTTP: the API, its document and Swagger UI, with everything that doors
/// share around them.
pub fn router(app: Arc<App>, settings: WebSettings) -> Router {
    let (routes, document) = document::routes().split_for_parts();
    let document = document::finished(document);
    let routes = routes
        .route_layer(axum::middleware::from_fn_with_state(app.clone(), polity_web::idempotency::idempotent))
        .route_layer(axum::middleware::from_fn(polity_web::retry::retried))
        .with_state(app)
        .merge(service::swagger_ui(SwaggerUi::new("/docs")))
        .merge(service::document(&document));
    let whole = polity_web::layer(routes, settings);
    // Source document 000 has the same resources under `/v1`: before the routes are matched.
    Router::new().fallback_service(ServiceBuilder::new().map_request(canonical).service(whole))
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
