//! The service's own door: `POST /check`, and `GET /` which says how old its knowledge is.

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use polity_domain::access::Circumstances;
use polity_domain::access::bundle::Refused;
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::Scopes;
use polity_domain::policies::Given;
use polity_domain::roles::{Principal, ResourceRef};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::{Known, now};

/// May this principal do this here?
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Who.
    pub principal: Subject,
    /// `resource.action`.
    pub permission: String,
    /// Where.
    pub organization: OrganizationId,
    /// On what of it; none: on all of it.
    #[serde(default)]
    pub resource: Option<ResourceRef>,
}

/// Who, as Polity's API writes it: `{"type": "user", "id": "user_…"}`, of a token with its scopes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subject {
    /// The type of principal.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its id.
    pub id: String,
    /// What the token is limited to that was presented; none: no limit. Overlooking them would allow more.
    #[serde(default)]
    pub scopes: Option<Vec<String>>,
}

impl Subject {
    fn read(self) -> Result<(Principal, Given), String> {
        let principal: Principal = self.id.parse().map_err(|_| "the principal's id is malformed")?;
        if principal.kind() != self.kind {
            return Err("the principal's id is not of its type".to_owned());
        }
        let mut given = Given::default();
        if let Some(scopes) = self.scopes {
            given.scopes = Some(Scopes::read(scopes).map_err(|error| format!("a scope {error}"))?);
        }
        Ok((principal, given))
    }
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
    let (principal, given) = match principal.read() {
        Ok(read) => read,
        Err(why) => return refused(StatusCode::BAD_REQUEST, &why),
    };
    let when = Circumstances::told(now(), &given);
    match known.check(&principal, &permission, organization, resource.as_ref(), when) {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(subject: Value) -> Option<(Principal, Given)> {
        serde_json::from_value::<Subject>(subject).ok()?.read().ok()
    }

    #[test]
    fn the_scopes_of_a_token_are_never_overlooked() {
        let id = "user_01h455vb4pex5vsknk084sn02q";
        let (principal, given) = read(json!({"type": "user", "id": id})).unwrap();
        assert_eq!((principal.to_string().as_str(), given.scopes), (id, None));
        let (_, given) = read(json!({"type": "user", "id": id, "scopes": ["documents.*"]})).unwrap();
        let scopes = given.scopes.unwrap();
        assert!(scopes.hold("documents.read") && !scopes.hold("members.read"));
        for wrong in [
            json!({"type": "user", "id": id, "scopes": ["documents"]}),
            json!({"type": "user", "id": id, "scopes": "documents.read"}),
            json!({"type": "user", "id": id, "scope": "documents.read"}),
            json!({"type": "group", "id": id}),
            json!({"type": "anonymous", "id": id}),
        ] {
            assert!(read(wrong.clone()).is_none(), "{wrong}");
        }
        let (principal, _) = read(json!({"type": "anonymous", "id": "anonymous"})).unwrap();
        assert_eq!(principal, Principal::Anonymous);
    }
}
