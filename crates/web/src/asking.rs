//! Who asks a question whose answer need not be the newest, and how old the answer is.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};
use polity_app::{App, Known, Op};

use crate::caller::{credential, open, request};
use crate::problem::Problem;
use crate::scope::RequestScope;

/// How old the answer may be, in seconds, when it was given from memory.
const STALENESS: HeaderName = HeaderName::from_static("polity-staleness");

/// Who asks a question: found out from memory where the configuration allows it, else as [`crate::Caller`]. It
/// opens nothing but the question.
pub struct Asking(pub polity_app::op::Asking);

impl<S> FromRequestParts<S> for Asking
where
    S: Send + Sync,
    Arc<App>: FromRef<S>,
{
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let app = Arc::<App>::from_ref(state);
        if parts.extensions.get::<Known>().is_some() {
            return Ok(Self(open(&app, parts).await?.into()));
        }
        let scope = RequestScope::opened()?;
        let request = request(&scope, parts);
        let asking = polity_app::op::Asking::open(&app, credential(parts)?, request).await?;
        if let Some(principal) = asking.principal() {
            scope.set_actor(principal);
        }
        Ok(Self(asking))
    }
}

/// Tells how old an answer may be that was given from memory; nothing of one that is the newest.
#[derive(Debug, Clone, Copy)]
pub struct Staleness(Option<Duration>);

impl Staleness {
    /// Of the answer to a question. Asked when it is answered.
    pub fn of(op: &Op) -> Self {
        Self(op.staleness())
    }
}

impl IntoResponseParts for Staleness {
    type Error = Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(age) = self.0 {
            // Rounded up: it is a bound.
            let seconds = age.as_secs() + u64::from(age.subsec_nanos() > 0);
            response.headers_mut().insert(STALENESS, HeaderValue::from(seconds));
        }
        Ok(response)
    }
}
