//! The body of a request.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use garde::Validate;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::{json, media_type};
use crate::problem::Problem;
use crate::scope::RequestScope;
use crate::time_limit::within;

/// A JSON object, read and held to its rules (`garde::Validate`).
///
/// Refused with 415: another media type, charset or a compressed body; with 413: more than the limit;
/// with 408: a body that trickles; with 400: no JSON, unknown or repeated keys, wrong types, broken
/// rules, each with the JSON pointer. Put `#[serde(deny_unknown_fields)]` on `T`.
#[derive(Debug, Clone, Copy)]
pub struct Body<T>(pub T);

impl<T, S> FromRequest<S> for Body<T>
where
    T: DeserializeOwned + Validate<Context = ()>,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        media_type::check(request.method(), request.headers())?;
        json::parse(&whole(request).await?).map(Self)
    }
}

pub(crate) async fn whole(request: Request) -> Result<Bytes, Problem> {
    let limits = RequestScope::opened()?.body_limits();
    let body = Limited::new(request.into_body(), limits.size).collect();
    match within(limits.time, body).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::bad_request("unreadable_body", "The body broke off.")),
        Err(_) => {
            let detail = "The body came too slowly.";
            Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail))
        }
    }
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is over the limit.")
}
