//! A request that lost against another one in the database is run again, a few times; then it is 503.
//!
//! It is run again only when it has written nothing: its transaction was rolled back, whole.

use std::time::Duration;

use axum::body::Body;
use axum::extract::Request;
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::problem::Busy;
use crate::scope::RequestScope;

/// How long to wait before each further try, in milliseconds.
const PAUSES: [u64; 4] = [5, 20, 60, 150];

/// The middleware. It goes directly around the routes that change something.
pub async fn retried(request: Request, next: Next) -> Response {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return next.run(request).await;
    }
    let (parts, body) = request.into_parts();
    let bytes = match crate::extract::whole(Request::from_parts(parts.clone(), body)).await {
        Ok(bytes) => bytes,
        Err(problem) => return problem.into_response(),
    };
    for pause in PAUSES {
        let response = next.clone().run(Request::from_parts(parts.clone(), Body::from(bytes.clone()))).await;
        let busy = response.extensions().get::<Busy>().is_some();
        let wrote = RequestScope::current().is_some_and(|scope| scope.revision().get().is_some());
        if !busy || wrote {
            return response;
        }
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    next.run(Request::from_parts(parts, Body::from(bytes))).await
}
