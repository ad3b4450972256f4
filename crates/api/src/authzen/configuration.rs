//! `GET /.well-known/authzen-configuration`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::IntoResponse;
use polity_app::App;
use serde::Serialize;
use utoipa::ToSchema;

use crate::service::Strict;

/// Where this decision point is asked what
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenConfiguration {
    /// Which decision point this is: the configured public URL
    #[schema(format = "uri", example = "https://polity.example.com")]
    policy_decision_point: String,
    /// One question
    #[schema(format = "uri", example = "https://polity.example.com/access/v1/evaluation")]
    access_evaluation_endpoint: String,
    /// Several questions
    #[schema(format = "uri", example = "https://polity.example.com/access/v1/evaluations")]
    access_evaluations_endpoint: String,
    /// Who may
    #[schema(format = "uri", example = "https://polity.example.com/access/v1/search/subject")]
    search_subject_endpoint: String,
    /// On what
    #[schema(format = "uri", example = "https://polity.example.com/access/v1/search/resource")]
    search_resource_endpoint: String,
    /// What
    #[schema(format = "uri", example = "https://polity.example.com/access/v1/search/action")]
    search_action_endpoint: String,
}

/// Where this decision point is asked what
///
/// The metadata of the OpenID AuthZEN Authorization API 1.0. It changes with the configuration only, and may be kept for an
/// hour.
#[utoipa::path(get, path = "/.well-known/authzen-configuration", operation_id = "get_authzen_configuration",
    tag = "AuthZEN", security(),
    responses((status = 200, description = "The metadata", body = AuthzenConfiguration), Strict))]
pub async fn get_authzen_configuration(State(app): State<Arc<App>>) -> impl IntoResponse {
    let public = app.settings.public_url.as_str();
    let below = |path: &str| format!("{public}{}{path}", super::BELOW);
    let metadata = AuthzenConfiguration {
        policy_decision_point: public.to_owned(),
        access_evaluation_endpoint: below("evaluation"),
        access_evaluations_endpoint: below("evaluations"),
        search_subject_endpoint: below("search/subject"),
        search_resource_endpoint: below("search/resource"),
        search_action_endpoint: below("search/action"),
    };
    ([(CACHE_CONTROL, "public, max-age=3600")], Json(metadata))
}
