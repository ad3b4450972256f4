//! The body of a request.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use garde::Validate;
use serde::de::DeserializeOwned;

use super::{json, media_type};
use crate::problem::Problem;

/// A JSON object, read and held to its rules (`garde::Validate`).
///
/// Refused with 415: another media type, charset or a compressed body; with 413: more than the limit;
/// with 408: a body that trickles; with 400: no JSON, unknown or repeated keys, wrong types, broken
/// rules, each with the JSON pointer. Put `#[serde(deny_unknown_fields)]` on `T`.
#[derive(Debug, Clone, Copy)]
pub struct Body<T>(pub T);

/// How long a body may take to arrive; the middleware leaves it in the request's extensions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyTimeout(pub Duration);

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
    let patience = request.extensions().get().map_or(Duration::from_secs(10), |BodyTimeout(time)| *time);
    let Ok(read) = tokio::time::timeout(patience, Bytes::from_request(request, &())).await else {
        let detail = "The body came too slowly.";
        return Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "request_timeout", detail));
    };
    read.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => Problem::bad_request("unreadable_body", "The body broke off."),
    })
}

/// The refusal of a body over the limit.
pub(crate) fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "The body is over the limit.")
}
