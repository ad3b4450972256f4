//! `POST /access/v1/search/action`

use axum::Json;
use garde::Validate;
use polity_app::AppError;
use polity_app::access::{At, Holder, list_permissions};
use polity_web::{Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::page::{AuthzenPage, AuthzenPageRequest, AuthzenSearchContext, Wanted};
use crate::authzen::bodies::{AuthzenFoundAction, AuthzenResource, AuthzenSubject};
use crate::authzen::reading;

/// What may this subject do on this resource?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct AuthzenActionSearch {
    /// Who
    subject: AuthzenSubject,
    /// On what
    resource: AuthzenResource,
    /// Told to policies and to the conditions of roles, as in an evaluation
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    context: Option<Map<String, Value>>,
    /// Which page. Absent: the first
    #[serde(default)]
    #[schema(nullable = false)]
    page: Option<AuthzenPageRequest>,
}

/// A page of actions
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenActions {
    /// Which page it is
    page: AuthzenPage,
    /// What else there is to say
    context: AuthzenSearchContext,
    /// The actions, by name
    results: Vec<AuthzenFoundAction>,
}

/// What may this subject do on this resource?
///
/// As in the OpenID AuthZEN Authorization API 1.0. Everybody may ask about themselves; about others it takes `access.check`
/// (403). All pages are of one revision.
#[utoipa::path(post, path = "/access/v1/search/action", operation_id = "search_actions", tag = "AuthZEN",
    request_body = AuthzenActionSearch,
    responses((status = 200, description = "A page of actions", body = AuthzenActions), Problems))]
pub async fn search_actions(
    Caller(op): Caller,
    Body(body): Body<AuthzenActionSearch>,
) -> Result<Json<AuthzenActions>, Problem> {
    op.principal()?;
    let wanted = Wanted::read(body.page)?;
    let holder = Holder {
        principal: reading::principal(&body.subject),
        resource: reading::resource(&body.resource),
        context: reading::told_of(body.subject.properties.as_ref(), body.context.as_ref(), "")?,
        with_paths: false,
        at: At::default(),
    };
    let organization = reading::organization(&op, &body.resource, "")?;
    let listed = match organization {
        Some(at) => list_permissions(&op, at, &holder, &wanted.params(true)).await,
        None => Err(AppError::not_found()),
    };
    let shown =
        wanted.found(&op, organization, listed)?.shown(|held| AuthzenFoundAction { name: held.permission });
    let (page, context, results) = shown;
    Ok(Json(AuthzenActions { page, context, results }))
}
