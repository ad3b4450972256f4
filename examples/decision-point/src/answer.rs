//! The service's own door: `POST /check`, and `GET /` which says how old its knowledge is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use polity_domain::access::bundle::Refused;
use polity_domain::ids::OrganizationId;
use polity_domain::roles::{Principal, ResourceRef};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Known, now};

/// May this principal do this here?
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Who, as Polity's API writes it: `{"type": "user", "id": "user_…"}`.
    pub principal: Principal,
    /// `resource.action`.
    pub permission: String,
    /// Where.
    pub organization: OrganizationId,
    /// On what of it; none: on all of it.
    #[serde(default)]
    pub resource: Option<ResourceRef>,
}

/// The routes, answered from what is known.
pub fn router(known: Known) -> Router {
    Router::new().route("/", get(state)).route("/check", post(check)).with_state(known)
}

async fn check(State(known): State<Known>, Json(question): Json<Question>) -> (StatusCode, Json<Value>) {
    let known = known.load();
    let Some(known) = known.as_ref() else {
        return refused(StatusCode::SERVICE_UNAVAILABLE, "nothing is known yet");
    };
    let Question { principal, permission, organization, resource } = question;
    match known.check(&principal, &permission, organization, resource.as_ref(), now()) {
        Ok(decision) => {
            let revision = format!("{}.{}", known.tree_id(), known.revision());
            (StatusCode::OK, Json(json!({"allowed": decision.allowed(), "revision": revision})))
        }
        Err(stale @ Refused::Stale) => refused(StatusCode::SERVICE_UNAVAILABLE, &stale.to_string()),
        Err(other) => refused(StatusCode::BAD_REQUEST, &other.to_string()),
    }
}

async fn state(State(known): State<Known>) -> Json<Value> {
    let (now, known) = (now(), known.load());
    Json(match known.as_ref() {
        None => json!({"ready": false}),
        Some(known) => json!({
            "ready": !known.is_stale(now),
            "revision": format!("{}.{}", known.tree_id(), known.revision()),
            "age_ms": (now.micros() - known.as_of().micros()) / 1_000,
        }),
    })
}

fn refused(status: StatusCode, why: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({"refused": why})))
}
