//! `Polity-Revision` on the answer to a write.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;

use crate::scope::RequestScope;

const REVISION: HeaderName = HeaderName::from_static("polity-revision");

pub(super) async fn add(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let scope = RequestScope::current();
    let written = scope.as_ref().and_then(|scope| scope.revision().get());
    if let Some(value) = written.and_then(|text| HeaderValue::try_from(text).ok())
        && response.status().is_success()
    {
        response.headers_mut().insert(REVISION, value);
    }
    response
}
