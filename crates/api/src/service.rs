//! What is not the API itself: health, the published keys, the document and Swagger UI.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use axum::{Json, Router};
use polity_app::App;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::{Config, SwaggerUi};

use crate::document::COMMITTED;
use crate::routes::routes;

pub(crate) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(self::healthz))
        .routes(routes!(self::readyz))
        .routes(routes!(self::jwks))
}

/// What even these can refuse.
#[derive(utoipa::IntoResponses)]
#[response(
    status = 400,
    description = "A parameter that they do not know",
    content_type = "application/problem+json"
)]
#[expect(dead_code, reason = "it only describes")]
pub(crate) struct Strict(#[to_schema] polity_web::problem::ProblemDocument);

/// How the service is.
#[derive(Serialize, ToSchema)]
struct Health {
    /// `ok`, or `unavailable`.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Whether the process is alive
///
/// It asks nobody: a database that is down does not make the process unhealthy.
#[utoipa::path(get, path = "/healthz", operation_id = "get_health", tag = "Service", security(),
    responses((status = 200, description = "It is", body = Health), Strict))]
async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether requests can be answered
///
/// Asks the database.
#[utoipa::path(get, path = "/readyz", operation_id = "get_readiness", tag = "Service", security(),
    responses((status = 200, description = "They can", body = Health),
        (status = 503, description = "Not now", body = polity_web::problem::ProblemDocument,
            content_type = "application/problem+json"), Strict))]
async fn readyz(State(app): State<Arc<App>>) -> Result<Json<Health>, polity_web::Problem> {
    app.store.ping().await.map_err(polity_app::AppError::from)?;
    Ok(Json(Health { status: "ok" }))
}

/// The keys that verify access tokens
///
/// A JSON Web Key Set (RFC 7517): the current key and the next one. Verify access tokens with it
/// without asking Polity.
#[utoipa::path(get, path = "/.well-known/jwks.json", operation_id = "get_jwks", tag = "Service", security(),
    responses((status = 200, description = "The public keys", body = serde_json::Value), Strict))]
async fn jwks(State(app): State<Arc<App>>) -> Json<serde_json::Value> {
    Json(app.tokens.jwks(app.clock.now()))
}

/// `/openapi.json`, the committed file.
pub(crate) fn document() -> Router {
    let answer = || std::future::ready(([(CONTENT_TYPE, "application/json")], COMMITTED));
    Router::new().route("/openapi.json", get(answer))
}

/// Swagger UI, embedded: it loads nothing from elsewhere.
pub(crate) fn swagger_ui(ui: SwaggerUi) -> Router {
    let config = Config::from("/openapi.json").try_it_out_enabled(true).persist_authorization(false);
    ui.config(config).into()
}
