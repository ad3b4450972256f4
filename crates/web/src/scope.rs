//! What is known of the HTTP request under way: its id, where it comes from, who turned out to ask
//! and which revision it wrote.
//!
//! The outermost middleware opens a [`RequestScope`] and keeps it in a task-local, so that a
//! [`crate::Problem`] deep inside knows the request's id.

use std::convert::Infallible;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;
use parking_lot::Mutex;
use polity_app::access_log::Told;
use polity_app::{Revision, Seen};
use polity_domain::ids::RequestId;
use polity_domain::roles::Principal;
use tokio::task::futures::TaskLocalFuture;

use crate::problem::Problem;

tokio::task_local! {
    static CURRENT: RequestScope;
}

/// The request under way. Cheap to clone: every clone is the same request.
#[derive(Debug, Clone)]
pub struct RequestScope(Arc<Facts>);

/// What the headers and the connection told when the request came in.
#[derive(Debug)]
pub(crate) struct Facts {
    pub id: RequestId,
    /// Of visible ASCII.
    pub request_id: HeaderValue,
    /// What comes back instead of it.
    pub echoed: Option<HeaderValue>,
    pub client_address: Option<IpAddr>,
    pub user_agent: Option<Arc<str>>,
    pub trace: Option<TraceParent>,
    pub body: BodyLimits,
    pub revision: WriteRevision,
    pub seen: Seen,
    pub actor: OnceLock<Principal>,
    pub told: Arc<Told>,
}

/// How much a body may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyLimits {
    /// Bytes, however they come (chunked, too).
    pub size: usize,
    /// Until the last of it is there.
    pub time: Duration,
}

/// A W3C trace context that came with the request (<https://www.w3.org/TR/trace-context/>).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceParent {
    /// 32 hexadecimal digits, not all zero.
    pub trace_id: String,
    /// The caller's span: 16 hexadecimal digits, not all zero.
    pub parent_id: String,
    /// The caller recorded its span.
    pub sampled: bool,
}

impl RequestScope {
    pub(crate) fn new(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }

    /// The scope of the request that this task answers; none outside of one.
    pub fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// The same where there must be one.
    pub(crate) fn opened() -> Result<Self, Problem> {
        Self::current().ok_or_else(|| Problem::internal("the router was not wrapped by polity_web::layer"))
    }

    pub(crate) fn run<F: Future>(self, future: F) -> TaskLocalFuture<Self, F> {
        CURRENT.scope(self, future)
    }

    /// The id that was drawn for the request. Nobody outside can choose it, so the ledger keeps this one.
    pub fn id(&self) -> RequestId {
        self.0.id
    }

    /// The id that `X-Request-Id` brought and that the answer brings back; else [`RequestScope::id`].
    pub fn request_id(&self) -> &str {
        self.0.request_id.to_str().unwrap_or_default()
    }

    /// What is sent back: the same, unless it is to be whatever was given.
    pub(crate) fn request_id_header(&self) -> HeaderValue {
        self.0.echoed.as_ref().unwrap_or(&self.0.request_id).clone()
    }

    /// Who connected: canonical (an IPv4 address is never written as IPv6), and past trusted proxies
    /// only. None where there is no TCP peer.
    pub fn client_address(&self) -> Option<IpAddr> {
        self.0.client_address
    }

    /// `User-Agent`, cut to 256 characters and without control characters.
    pub fn user_agent(&self) -> Option<Arc<str>> {
        self.0.user_agent.clone()
    }

    /// The trace that the request is part of.
    pub fn trace(&self) -> Option<&TraceParent> {
        self.0.trace.as_ref()
    }

    pub(crate) fn body_limits(&self) -> BodyLimits {
        self.0.body
    }

    /// Where a write leaves its revision.
    pub fn revision(&self) -> &WriteRevision {
        &self.0.revision
    }

    /// Where a use case leaves what it has seen that is not durable yet.
    pub(crate) fn seen(&self) -> &Seen {
        &self.0.seen
    }

    /// Says who turned out to ask, for the access log. The first to say so stands.
    pub fn set_actor(&self, actor: Principal) {
        let _ = self.0.actor.set(actor);
    }

    /// Where a use case leaves who signed in or out, and who was let in by support access.
    pub fn told(&self) -> &Arc<Told> {
        &self.0.told
    }

    /// Who turned out to ask.
    pub fn actor(&self) -> Option<&Principal> {
        self.0.actor.get()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestScope {
    type Rejection = Problem;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Problem> {
        Self::opened()
    }
}

/// Where a write leaves the revision that it made; a success then carries it as `Polity-Revision`.
#[derive(Debug, Clone, Default)]
pub struct WriteRevision(Arc<Mutex<Option<Revision>>>);

impl WriteRevision {
    /// What the request's last write made: `<tree>.<number>`.
    pub fn get(&self) -> Option<String> {
        self.0.lock().map(|revision| revision.to_string())
    }

    /// The cell itself, for a use case that fills it without knowing of HTTP.
    pub fn cell(&self) -> Arc<Mutex<Option<Revision>>> {
        Arc::clone(&self.0)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for WriteRevision {
    type Rejection = Infallible;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let scope = RequestScope::current();
        Ok(scope.map(|scope| scope.revision().clone()).unwrap_or_default())
    }
}
