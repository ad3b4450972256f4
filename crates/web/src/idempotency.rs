//! `Idempotency-Key`: a create that is sent again gives its first answer again.
//!
//! The record is taken before the handler runs, marked in the very transaction of the change, and
//! filled with the sealed answer afterwards. Only answers of success are kept: what failed has
//! changed nothing and may be tried again. Keys belong to their caller; nobody signed in has none.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, ETAG, LOCATION};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use polity_app::idempotency::{Begun, Kept, abandon, begin, finish};
use polity_app::{App, Idempotency};

use crate::caller;
use crate::problem::Problem;
use crate::scope::RequestScope;

const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const REVISION: HeaderName = HeaderName::from_static("polity-revision");
const KEPT: [HeaderName; 4] = [CONTENT_TYPE, LOCATION, ETAG, REVISION];
/// How long a second request waits for the first one's answer.
const PATIENCE: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// The middleware. It goes around the routes, inside of what opens the request's scope.
pub async fn idempotent(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    if request.method() != Method::POST || !request.headers().contains_key(HEADER) {
        return next.run(request).await;
    }
    match guarded(&app, request, next).await {
        Ok(response) => response,
        Err(problem) => problem.into_response(),
    }
}

async fn guarded(app: &Arc<App>, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key(&request)?;
    let (mut parts, body) = request.into_parts();
    let op = caller::open(app, &mut parts).await?;
    parts.extensions.insert(op.known());
    if op.principal().is_err() {
        return Ok(next.run(Request::from_parts(parts, body)).await);
    }
    let bytes = crate::extract::whole(Request::from_parts(parts.clone(), body)).await?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(parts.uri.to_string().as_bytes()).update(b"\0").update(&bytes);
    let request_hash = *hasher.finalize().as_bytes();
    for _ in 0..PATIENCE {
        match begin(&op, &key, request_hash).await? {
            Begun::Fresh(record) => {
                parts.extensions.insert(record.clone());
                // In a task of its own: a client that hangs up leaves an answer that it can come back for.
                let (app, request) = (app.clone(), Request::from_parts(parts, Body::from(bytes)));
                let run = async move {
                    let response = next.run(request).await;
                    keep(&app, &op, &key, &record, response).await
                };
                return in_scope(run).await.unwrap_or_else(|cut_off| Err(Problem::internal(cut_off)));
            }
            Begun::Answered(kept) => return replay(kept),
            Begun::Running => tokio::time::sleep(PAUSE).await,
        }
    }
    let detail = "A request with this Idempotency-Key is still under way.";
    Err(Problem::new(StatusCode::CONFLICT, "idempotency_in_progress", detail))
}

/// Runs in a task of its own, in the scope of the request under way.
async fn in_scope<T: Send + 'static>(
    run: impl Future<Output = T> + Send + 'static,
) -> Result<T, tokio::task::JoinError> {
    match RequestScope::current() {
        Some(scope) => tokio::spawn(scope.run(run)).await,
        None => tokio::spawn(run).await,
    }
}

fn key(request: &Request) -> Result<String, Problem> {
    let mut values = request.headers().get_all(HEADER).iter();
    let value = values.next().and_then(|value| value.to_str().ok()).filter(|_| values.next().is_none());
    let visible =
        |text: &&str| (1..=255).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    value.filter(visible).map(str::to_owned).ok_or_else(|| {
        Problem::field(
            "Idempotency-Key",
            "invalid_header",
            "must be one value of 1 to 255 visible ASCII characters",
        )
    })
}

async fn keep(
    app: &Arc<App>,
    op: &polity_app::Op,
    key: &str,
    record: &Idempotency,
    response: Response,
) -> Result<Response, Problem> {
    if !response.status().is_success() {
        if let Err(error) = abandon(app, record).await {
            tracing::error!(?error, "an idempotency key could not be given back");
        }
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.map_err(Problem::internal)?;
    let mut headers: Vec<(String, String)> = KEPT
        .iter()
        .filter_map(|name| Some((name.to_string(), parts.headers.get(name)?.to_str().ok()?.to_owned())))
        .collect();
    // The revision is put on later, by a middleware further out.
    headers.extend(op.revision().map(|revision| (REVISION.to_string(), revision.to_string())));
    let kept = Kept { status: parts.status.as_u16(), headers, body: bytes.to_vec() };
    if let Err(error) = finish(op, key, record, &kept).await {
        // The change is made and its answer is known: only a repetition will not find it.
        tracing::error!(?error, "an idempotent answer could not be kept");
    }
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

fn replay(kept: Kept) -> Result<Response, Problem> {
    let status = StatusCode::from_u16(kept.status).map_err(Problem::internal)?;
    let mut response = (status, kept.body).into_response();
    response.headers_mut().remove(CONTENT_TYPE);
    for (name, value) in kept.headers {
        let name = HeaderName::try_from(name).map_err(Problem::internal)?;
        response.headers_mut().insert(name, HeaderValue::try_from(value).map_err(Problem::internal)?);
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}
