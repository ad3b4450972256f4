//! The questions that products ask at each request of their own, found without the router: to be routed
//! costs such a request as much as its answer. What is not plainly one of them, the router sees.

use std::sync::Arc;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::Method;
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use futures::future::BoxFuture;
use polity_app::App;
use polity_domain::ids::OrganizationId;
use polity_web::{Asking, At, Body, Problem};

use crate::v1::access::{batch_check_access, check_access};
use crate::v1::api_keys::verify_api_key;
use crate::v1::common::OrganizationPath;

pub(crate) const CHECK: &str = "/api/v1/organizations/{organization_id}/access/check";
pub(crate) const BATCH_CHECK: &str = "/api/v1/organizations/{organization_id}/access/batch-check";
pub(crate) const VERIFY: &str = "/api/v1/api-keys/verify";

/// One of them.
#[derive(Clone, Copy)]
pub(crate) enum Question {
    Check(OrganizationId),
    BatchCheck(OrganizationId),
    Verify,
}

impl Question {
    /// What was asked, if it is written as the document writes it.
    pub fn of(request: &Request) -> Option<Self> {
        if *request.method() != Method::POST || request.uri().query().is_some() {
            return None;
        }
        let path = request.uri().path();
        if path == VERIFY {
            return Some(Self::Verify);
        }
        let (id, question) = path.strip_prefix("/api/v1/organizations/")?.split_once('/')?;
        let organization = || id.parse().ok();
        match question {
            "access/check" => organization().map(Self::Check),
            "access/batch-check" => organization().map(Self::BatchCheck),
            _ => None,
        }
    }

    /// Its path in the document.
    pub fn template(self) -> &'static str {
        match self {
            Self::Check(_) => CHECK,
            Self::BatchCheck(_) => BATCH_CHECK,
            Self::Verify => VERIFY,
        }
    }

    /// The organization that its path names.
    pub fn organization(self) -> Option<OrganizationId> {
        match self {
            Self::Check(id) | Self::BatchCheck(id) => Some(id),
            Self::Verify => None,
        }
    }

    /// Its answer, by the handler that the router has for it. Boxed at once: what wraps it would copy it.
    pub fn answer(self, app: Arc<App>, request: Request) -> BoxFuture<'static, Response> {
        match self {
            Self::Check(id) => {
                answer(app, request, move |asking, body| check_access(asking, at(id), body)).boxed()
            }
            Self::BatchCheck(id) => {
                answer(app, request, move |asking, body| batch_check_access(asking, at(id), body)).boxed()
            }
            Self::Verify => answer(app, request, verify_api_key).boxed(),
        }
    }
}

fn at(organization_id: OrganizationId) -> At<OrganizationPath> {
    At(OrganizationPath { organization_id })
}

/// Who asks is found out before the body is read, as axum does it for a handler's arguments.
async fn answer<B, F, A>(app: Arc<App>, request: Request, handler: F) -> Response
where
    Body<B>: FromRequest<(), Rejection = Problem>,
    F: FnOnce(Asking, Body<B>) -> A,
    A: Future<Output: IntoResponse>,
{
    let (mut parts, body) = request.into_parts();
    let asking = match Asking::from_request_parts(&mut parts, &app).await {
        Ok(asking) => asking,
        Err(problem) => return problem.into_response(),
    };
    match Body::from_request(Request::from_parts(parts, body), &()).await {
        Ok(body) => handler(asking, body).await.into_response(),
        Err(problem) => problem.into_response(),
    }
}
