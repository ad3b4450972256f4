//! Failures as RFC 9457 problems: one shape for every door that speaks JSON.

mod codes;
mod document;
mod responses;

use std::borrow::Cow;
use std::error::Error;

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use polity_app::error::{AppError, FieldError, Hint, Kind, Quota};

use serde_json::{Map, Value};

use crate::scope::RequestScope;

pub use codes::{CODES, Code, codes_as_markdown};
pub use document::{FieldProblem, ProblemDocument};
pub use responses::{Problems, PublicProblems, register};

/// The media type of every failure.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// The ways to say who is asking, as `WWW-Authenticate` offers them, the preferred one first.
const CHALLENGES: [&str; 3] =
    [r#"Bearer realm="polity""#, r#"Api-Key realm="polity""#, r#"Basic realm="polity", charset="UTF-8""#];

/// Of a 429 (draft-ietf-httpapi-ratelimit-headers): which limit there is, and that nothing is left of it.
const RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");

/// A failure on its way to the caller.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: Cow<'static, str>,
    errors: Vec<FieldError>,
    required_permission: Option<&'static str>,
    retry_after: Option<u32>,
    beside: Option<Box<Beside>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// What is seldom there, in a box: problems are carried by value.
#[derive(Debug, Default)]
struct Beside {
    hint: Option<Hint>,
    members: Map<String, Value>,
}

/// Left in a response's extensions, for the access log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProblemCode(pub &'static str);

/// Left in a response's extensions: another request was in the way, and it may be run again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Busy;

impl Problem {
    /// A failure with a status, a stable code and a sentence for a person.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            errors: Vec::new(),
            required_permission: None,
            retry_after: None,
            beside: None,
            cause: None,
        }
    }

    /// Wrong input (400).
    pub fn bad_request(code: &'static str, detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// One field or parameter is wrong (400).
    pub fn field(field: impl Into<String>, code: &'static str, detail: impl Into<String>) -> Self {
        Self::from(AppError::invalid(field, code, detail))
    }

    /// Several fields are wrong (400); the first one's code stands for all.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        let code = errors.first().map_or("invalid_value", |error| error.code);
        let detail = match errors.as_slice() {
            [only] => only.detail.clone(),
            several => format!("{} fields are wrong; see errors.", several.len()),
        };
        Self { errors, ..Self::bad_request(code, detail) }
    }

    /// A fault of ours (500); the cause goes to the log only.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::from(AppError::internal(cause))
    }

    /// Says when to come back, in seconds.
    pub fn retry_after(self, seconds: u32) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// An extension member (RFC 9457, section 3.2), for a door that has one of its own.
    #[must_use]
    pub fn member(mut self, name: &str, value: Value) -> Self {
        self.beside.get_or_insert_default().members.insert(name.to_owned(), value);
        self
    }

    /// The same problem with another status, for a door that has fewer of them.
    #[must_use]
    pub fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The fields that are wrong.
    pub fn errors(&self) -> &[FieldError] {
        &self.errors
    }

    /// What is told of this occurrence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The status that it answers with.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The change was made, and what failed came after it: that must not read like "nothing was changed".
    fn after_the_change(self) -> Self {
        let detail = "The change was made, but its answer could not be put together: read it.";
        Self { code: "outcome_unknown", detail: detail.into(), ..self }
    }

    fn log(&self, request_id: &str) {
        if let Some(cause) = self.cause.as_deref().filter(|_| self.status.is_server_error()) {
            tracing::error!(request_id, code = self.code, cause = %chain(cause), "a request failed");
        }
    }

    fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        let hint = self.beside.as_ref().and_then(|beside| beside.hint.as_ref());
        if let Some(Hint::Quota(Quota { name, amount, window })) = hint {
            let seconds = self.retry_after.unwrap_or(*window);
            let policy = format!("\"{name}\";q={amount};w={window}");
            let left = format!("\"{name}\";r=0;t={seconds}");
            for (name, value) in [(RATE_LIMIT_POLICY, policy), (RATE_LIMIT, left)] {
                // Numbers and names of ours are always header values.
                headers.extend(HeaderValue::try_from(value).ok().map(|value| (name, value)));
            }
        }
        if self.status == StatusCode::UNAUTHORIZED {
            for challenge in CHALLENGES {
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
        }
        headers
    }

    fn into_document(self, request_id: String) -> ProblemDocument {
        let beside = self.beside.map(|beside| *beside).unwrap_or_default();
        ProblemDocument {
            kind: format!("urn:polity:problem:{}", self.code),
            title: codes::title(self.code),
            status: self.status.as_u16(),
            detail: self.detail.into_owned(),
            code: self.code.to_owned(),
            request_id,
            errors: self.errors.into_iter().map(FieldProblem::from).collect(),
            required_permission: self.required_permission.map(str::to_owned),
            endpoint: match beside.hint {
                Some(Hint::Endpoint(endpoint)) => Some(endpoint),
                Some(Hint::Quota(_)) | None => None,
            },
            members: beside.members,
        }
    }
}

/// An error with what caused it, and what caused that.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn status_of(kind: Kind) -> StatusCode {
    match kind {
        Kind::Invalid => StatusCode::BAD_REQUEST,
        Kind::Unauthenticated => StatusCode::UNAUTHORIZED,
        Kind::Forbidden => StatusCode::FORBIDDEN,
        Kind::NotFound => StatusCode::NOT_FOUND,
        Kind::Conflict => StatusCode::CONFLICT,
        Kind::Misdirected => StatusCode::MISDIRECTED_REQUEST,
        Kind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        Kind::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Kind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        Kind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        Self {
            status: status_of(error.kind),
            code: error.code,
            detail: error.detail,
            errors: error.fields,
            required_permission: error.required_permission,
            retry_after: error.retry_after,
            beside: error.hint.map(|hint| Box::new(Beside { hint: Some(*hint), ..Beside::default() })),
            cause: error.cause,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let request_id =
            RequestScope::current().map(|scope| scope.request_id().to_owned()).unwrap_or_default();
        let wrote = RequestScope::current().is_some_and(|scope| scope.revision().get().is_some());
        let this = if wrote && self.code == "unavailable" { self.after_the_change() } else { self };
        this.log(&request_id);
        let (status, code, headers) = (this.status, this.code, this.headers());
        let body = serde_json::to_vec(&this.into_document(request_id)).unwrap_or_default();
        let mut response = (status, headers, body).into_response();
        response.extensions_mut().insert(ProblemCode(code));
        if code == "busy" {
            response.extensions_mut().insert(Busy);
        }
        response
    }
}
