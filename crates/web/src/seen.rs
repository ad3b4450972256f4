//! Who changes nothing is answered by what is, and that may be what others have done a moment ago.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use polity_app::AppError;

use crate::problem::Problem;
use crate::scope::RequestScope;

/// The middleware. It goes directly around the routes that change something: no answer leaves, nor is kept for a
/// repetition, before what it rests on is durable.
pub async fn durable(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let Some(scope) = RequestScope::current() else { return response };
    match scope.seen().durable().await {
        Ok(()) => response,
        // What was seen was tried again, and what came of it is durable.
        Err(_) if scope.revision().get().is_some() => response,
        Err(error) => Problem::from(AppError::from(error)).into_response(),
    }
}
