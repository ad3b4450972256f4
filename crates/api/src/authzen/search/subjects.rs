//! `POST /access/v1/search/subject`

use axum::Json;
use garde::Validate;
use polity_app::AppError;
use polity_app::access::{At, Doable, list_principals};
use polity_web::{Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::page::{AuthzenPage, AuthzenPageRequest, AuthzenSearchContext, Wanted};
use crate::authzen::bodies::{AuthzenAction, AuthzenFoundSubject, AuthzenResource, AuthzenSubjectSort};
use crate::authzen::reading;

/// What no principal is.
const NONE: &str = "none";

/// Which subjects may do this on this resource?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct AuthzenSubjectSearch {
    /// Of which sort
    subject: AuthzenSubjectSort,
    /// What
    action: AuthzenAction,
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

/// A page of subjects
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenSubjects {
    /// Which page it is
    page: AuthzenPage,
    /// What else there is to say
    context: AuthzenSearchContext,
    /// The subjects, by id
    results: Vec<AuthzenFoundSubject>,
}

/// Which subjects may do this on this resource?
///
/// As in the OpenID AuthZEN Authorization API 1.0; people are found by what they hold themselves and by their groups. It
/// takes `access.check` (403). All pages are of one revision.
#[utoipa::path(post, path = "/access/v1/search/subject", operation_id = "search_subjects", tag = "AuthZEN",
    request_body = AuthzenSubjectSearch,
    responses((status = 200, description = "A page of subjects", body = AuthzenSubjects), Problems))]
pub async fn search_subjects(
    Caller(op): Caller,
    Body(body): Body<AuthzenSubjectSearch>,
) -> Result<Json<AuthzenSubjects>, Problem> {
    op.principal()?;
    let wanted = Wanted::read(body.page)?;
    let doable = Doable {
        permission: reading::permission(&body.action, &body.resource.kind),
        resource: reading::resource(&body.resource),
        context: reading::told_of(body.subject.properties.as_ref(), body.context.as_ref(), "")?,
        kind: Some(kind(&body.subject.kind)),
        at: At::default(),
    };
    let organization = reading::organization(&op, &body.resource, "")?;
    let listed = match organization {
        Some(at) => list_principals(&op, at, &doable, &wanted.params(true)).await,
        None => Err(AppError::not_found()),
    };
    let shown = wanted
        .found(&op, organization, listed)?
        .shown(|found| AuthzenFoundSubject { kind: found.kind(), id: found.to_string() });
    let (page, context, results) = shown;
    Ok(Json(AuthzenSubjects { page, context, results }))
}

/// As principals call it.
fn kind(kind: &str) -> &'static str {
    ["user", "group", "service_account", "api_key"].into_iter().find(|known| *known == kind).unwrap_or(NONE)
}
