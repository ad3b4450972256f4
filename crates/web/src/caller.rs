//! Who is asking, as a handler takes it: an open [`Op`].

use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use polity_app::{App, Credential, Idempotency, Known, Op, RequestInfo};

use crate::authenticate::Presented;
use crate::problem::Problem;
use crate::scope::RequestScope;

/// The request as use cases see it. A credential that is no good is 401 here; none at all is nobody,
/// whom the use case refuses if it wants somebody.
pub struct Caller(pub Op);

impl<S> FromRequestParts<S> for Caller
where
    S: Send + Sync,
    Arc<App>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = Arc::<App>::from_ref(state);
        Ok(Self(open(&app, parts).await?))
    }
}

/// Opens the request: finds out who asks, unless that was done before, and says so to the access log.
pub(crate) async fn open(app: &Arc<App>, parts: &mut Parts) -> Result<Op, Problem> {
    let scope = RequestScope::opened()?;
    let request = request(&scope, parts);
    if let Some(known) = parts.extensions.get::<Known>() {
        return Ok(Op::reopen(app, *known, request));
    }
    let op = Op::open(app, credential(parts)?, request).await?;
    if let Ok(principal) = op.principal() {
        scope.set_actor(principal);
    }
    Ok(op)
}

/// Where the request comes from.
pub(crate) fn request(scope: &RequestScope, parts: &Parts) -> RequestInfo {
    RequestInfo {
        id: Some(scope.id()),
        ip_address: scope.client_address(),
        user_agent: scope.user_agent(),
        idempotency: parts.extensions.get::<Idempotency>().cloned(),
        revision: scope.revision().cell(),
        seen: scope.seen().clone(),
        told: scope.told().clone(),
    }
}

/// What the request shows to say who asks.
pub(crate) fn credential(parts: &Parts) -> Result<Credential, Problem> {
    Ok(match Presented::from_headers(&parts.headers)? {
        Presented::None => Credential::None,
        Presented::Bearer(token) => Credential::Bearer(token),
        Presented::ApiKey(key) | Presented::Basic { password: key } => Credential::ApiKey(key),
    })
}
