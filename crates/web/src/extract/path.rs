//! The parameters of a request's path.

use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use polity_domain::ids::OrganizationId;
use serde::de::DeserializeOwned;

use super::text;
use crate::problem::Problem;

/// Path parameters that hold an organization's id, where `root` stands for the instance itself.
const ORGANIZATIONS: [&str; 4] = ["organization_id", "org_id", "organisationId", "child_id"];

/// Path parameters, read into a struct whose fields have their names; a wrong one is 400
/// `invalid_id` (or `invalid_parameter`, where no id is wanted) with its name.
#[derive(Debug, Clone, Copy)]
pub struct At<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for At<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let raw = RawPathParams::from_request_parts(parts, state).await.map_err(unreadable)?;
        let parameters = raw.iter().map(parameter).collect::<Result<_, _>>()?;
        text::read(&parameters).map(Self)
    }
}

fn parameter((name, value): (&str, &str)) -> Result<(String, Vec<String>), Problem> {
    if value.contains('\0') {
        return Err(Problem::field(name, "invalid_parameter", "must not hold the character U+0000"));
    }
    let root = value == "root" && ORGANIZATIONS.contains(&name);
    let value = if root { OrganizationId::ROOT.to_string() } else { value.to_owned() };
    Ok((name.to_owned(), vec![value]))
}

fn unreadable(rejection: RawPathParamsRejection) -> Problem {
    match rejection {
        RawPathParamsRejection::InvalidUtf8InPathParam(_) => {
            Problem::bad_request("invalid_parameter", "The path must be percent-encoded UTF-8.")
        }
        other => Problem::internal(other),
    }
}
