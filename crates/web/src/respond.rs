//! Successful answers: one resource, a created one, nothing.
//!
//! `304 Not Modified` and `Polity-Revision` are the middleware's business: a handler says the tag
//! and the revision, and no more.

use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::etag;
use crate::problem::Problem;

/// The answer to a question (200), as axum's `Json`: written into one piece of memory, since what products ask at
/// each request of their own is asked tens of thousands of times a second.
#[derive(Debug, Clone)]
pub struct Answered<T>(pub T);

/// What most answers to questions fit into.
const ANSWER_BYTES: usize = 512;

impl<T: Serialize> IntoResponse for Answered<T> {
    fn into_response(self) -> Response {
        let mut bytes = Vec::with_capacity(ANSWER_BYTES);
        match serde_json::to_writer(&mut bytes, &self.0) {
            Ok(()) => json(bytes),
            Err(error) => Problem::internal(error).into_response(),
        }
    }
}

fn json(bytes: Vec<u8>) -> Response {
    let mut response = Response::new(bytes.into());
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// One resource, with a strong ETag (200).
#[derive(Debug, Clone)]
pub struct Resource<T> {
    body: T,
    tag: Option<String>,
}

impl<T: Serialize> Resource<T> {
    /// The resource; its tag is a hash of the answer unless [`Resource::etag`] gives one.
    pub fn new(body: T) -> Self {
        Self { body, tag: None }
    }

    /// The tag, without quotes: the one that `If-Match` is compared with.
    pub fn etag(self, tag: impl Into<String>) -> Self {
        Self { tag: Some(tag.into()), ..self }
    }
}

impl<T: Serialize> IntoResponse for Resource<T> {
    fn into_response(self) -> Response {
        let bytes = match serde_json::to_vec(&self.body) {
            Ok(bytes) => bytes,
            Err(error) => return Problem::internal(error).into_response(),
        };
        let tag =
            self.tag.as_deref().and_then(etag::header_value).or_else(|| etag::header_value(&hash(&bytes)));
        let mut response = json(bytes);
        if let Some(tag) = tag {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

/// A resource that was just created (201), with its place and its strong ETag.
#[derive(Debug, Clone)]
pub struct Created<T> {
    resource: Resource<T>,
    location: String,
}

impl<T: Serialize> Created<T> {
    /// The resource and the path where it is found from now on.
    pub fn new(body: T, location: impl Into<String>) -> Self {
        Self { resource: Resource::new(body), location: location.into() }
    }

    /// The tag, without quotes.
    pub fn etag(self, tag: impl Into<String>) -> Self {
        Self { resource: self.resource.etag(tag), ..self }
    }
}

impl<T: Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut response = self.resource.into_response();
        if !response.status().is_success() {
            return response;
        }
        *response.status_mut() = StatusCode::CREATED;
        if let Ok(location) = HeaderValue::try_from(self.location) {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }
}

/// Done, and nothing to say (204).
#[derive(Debug, Clone, Copy, Default)]
pub struct NoContent;

impl IntoResponse for NoContent {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}
