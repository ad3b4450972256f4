//! `Polity-Revision` on the answer to a write.

use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;

use crate::scope::RequestScope;

const REVISION: HeaderName = HeaderName::from_static("polity-revision");

pub(super) fn add(scope: &RequestScope, response: &mut Response) {
    let written = scope.revision().get();
    if let Some(value) = written.and_then(|text| HeaderValue::try_from(text).ok())
        && response.status().is_success()
    {
        response.headers_mut().insert(REVISION, value);
    }
}
