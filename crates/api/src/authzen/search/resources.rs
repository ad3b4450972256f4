//! `POST /access/v1/search/resource`

use axum::Json;
use garde::Validate;
use polity_app::access::{At, Doer, ORGANIZATION, list_resources};
use polity_domain::access::Reach;
use polity_domain::ids::OrganizationId;
use polity_web::{Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::page::{AuthzenPage, AuthzenPageRequest, AuthzenSearchContext, Wanted};
use crate::authzen::bodies::{
    AuthzenAction, AuthzenFoundProperties, AuthzenFoundResource, AuthzenResourceSort, AuthzenSubject,
};
use crate::authzen::reading;

/// On which resources may this subject do this?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct AuthzenResourceSearch {
    /// Who
    subject: AuthzenSubject,
    /// What
    action: AuthzenAction,
    /// Of which sort
    resource: AuthzenResourceSort,
    /// Told to policies and to the conditions of roles, as in an evaluation
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    context: Option<Map<String, Value>>,
    /// Which page. Absent: the first
    #[serde(default)]
    #[schema(nullable = false)]
    page: Option<AuthzenPageRequest>,
}

/// A page of resources
#[derive(Debug, Serialize, ToSchema)]
pub struct AuthzenResources {
    /// Which page it is
    page: AuthzenPage,
    /// What else there is to say
    context: AuthzenSearchContext,
    /// The resources, by organization and id
    results: Vec<AuthzenFoundResource>,
}

/// On which resources may this subject do this?
///
/// As in the OpenID AuthZEN Authorization API 1.0: in the organization that `resource.properties.organization_id` names (or
/// that of the API key that asks) and those below it, as far as the caller may ask there; about others that takes
/// `access.check` (403). A page may be shorter than its limit. Where the subject may do it on every resource of an
/// application's type, `context.all_in_organizations` says so. Each result can be sent back as it is. All pages are of one
/// revision.
#[utoipa::path(post, path = "/access/v1/search/resource", operation_id = "search_resources", tag = "AuthZEN",
    request_body = AuthzenResourceSearch,
    responses((status = 200, description = "A page of resources", body = AuthzenResources), Problems))]
pub async fn search_resources(
    Caller(op): Caller,
    Body(body): Body<AuthzenResourceSearch>,
) -> Result<Json<AuthzenResources>, Problem> {
    op.principal()?;
    let wanted = Wanted::read(body.page)?;
    let kind = body.resource.kind;
    let doer = Doer {
        principal: reading::principal(&body.subject),
        permission: reading::permission(&body.action, &kind),
        context: reading::told_of(body.subject.properties.as_ref(), body.context.as_ref(), "")?,
        resource_type: kind.clone(),
        at: At::default(),
    };
    let top = reading::within(&op, body.resource.properties.as_ref(), "")?;
    let listed = list_resources(&op, top, &doer, &wanted.params(false)).await;
    let mut found = wanted.found(&op, Some(top), listed)?;
    let own = reading::own(&op);
    found.context.all_in_organizations = all_in(&mut found.items, &kind);
    let (page, context, results) = found.shown(|reach| shown(reach, &kind, own));
    Ok(Json(AuthzenResources { page, context, results }))
}

/// Takes those out that are every resource of an application's type in an organization.
fn all_in(found: &mut Vec<Reach>, kind: &str) -> Vec<String> {
    if kind == ORGANIZATION {
        return Vec::new();
    }
    let all = found.extract_if(.., |reach| reach.resource.is_none());
    all.map(|reach| reach.organization_id.to_string()).collect()
}

fn shown(reach: Reach, kind: &str, own: Option<OrganizationId>) -> AuthzenFoundResource {
    let at = reach.organization_id;
    let elsewhere = (kind != ORGANIZATION && own != Some(at))
        .then(|| AuthzenFoundProperties { organization_id: at.to_string() });
    let id = reach.resource.map_or_else(|| at.to_string(), |resource| resource.id);
    AuthzenFoundResource { kind: kind.to_owned(), id, properties: elsewhere }
}
