//! The query of a request.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::{query, text};
use crate::problem::Problem;

/// Query parameters, read into a struct whose fields have their names.
///
/// A parameter that cannot be read, or that is given twice where one is wanted, is 400
/// `invalid_parameter` with its name. Unknown ones are refused for every route by the middleware,
/// which knows the OpenAPI document; so a handler may take two `Params` of different structs
/// ([`crate::ListParams`] and its own), and `#[serde(flatten)]` is not needed (it would read
/// numbers as text). `#[serde(deny_unknown_fields)]` works where a handler takes only one.
#[derive(Debug, Clone, Copy)]
pub struct Params<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let parameters = query::parameters(parts.uri.query().unwrap_or_default())?;
        text::read(&parameters).map(Self)
    }
}
