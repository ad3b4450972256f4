//! What the specification's entities are in Polity.

use polity_app::access::{At, Evaluation, ORGANIZATION, Question};
use polity_app::{Caller, Op};
use polity_domain::ids::{InvalidId, OrganizationId, UserId};
use polity_domain::policies::Given;
use polity_domain::roles::{Principal, ResourceRef};
use polity_web::Problem;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::bodies::{
    AuthzenAction, AuthzenResource, AuthzenResourceProperties, AuthzenSubject, AuthzenSubjectProperties,
};
use crate::v1::access::{read_context, read_scopes};

/// A person whose id is nobody's: they hold nothing, and whoever asks about them asks about somebody else.
const NOBODY: Principal = Principal::User(UserId::from_uuid(Uuid::nil()));

/// Who a subject is. One that is not known, by its type or by its id, is nobody, and may do nothing.
pub fn principal(subject: &AuthzenSubject) -> Principal {
    let id = subject.id.as_str();
    let known: Result<Principal, InvalidId> = match subject.kind.as_str() {
        "user" => id.parse().map(Principal::User),
        "group" => id.parse().map(Principal::Group),
        "service_account" => id.parse().map(Principal::ServiceAccount),
        "api_key" => id.parse().map(Principal::ApiKey),
        "anonymous" if id == "anonymous" => Ok(Principal::Anonymous),
        _ => Ok(NOBODY),
    };
    known.unwrap_or(NOBODY)
}

/// The permission that an action is: one of the resource's type, if its name has no dot.
pub fn permission(action: &AuthzenAction, kind: &str) -> String {
    if action.name.contains('.') { action.name.clone() } else { format!("{kind}.{}", action.name) }
}

/// The resource as rights name it; an organization is its own place.
pub fn resource(resource: &AuthzenResource) -> Option<ResourceRef> {
    (resource.kind != ORGANIZATION)
        .then(|| ResourceRef { kind: resource.kind.clone(), id: resource.id.clone() })
}

/// The organization that a resource is, or is in; none: its id is no organization's. `place` is the JSON pointer of the body
/// that it is the `resource` of.
pub fn organization(
    op: &Op,
    resource: &AuthzenResource,
    place: &str,
) -> Result<Option<OrganizationId>, Problem> {
    if resource.kind == ORGANIZATION {
        let root = (resource.id == "root").then_some(OrganizationId::ROOT);
        return Ok(root.or_else(|| resource.id.parse().ok()));
    }
    within(op, resource.properties.as_ref(), place).map(Some)
}

/// The organization that resources are in: the one that they name, or that of the API key that asks.
pub fn within(
    op: &Op,
    properties: Option<&AuthzenResourceProperties>,
    place: &str,
) -> Result<OrganizationId, Problem> {
    let named = properties.and_then(|properties| properties.organization_id.as_ref());
    named.map(|organization| organization.0).or_else(|| own(op)).ok_or_else(|| {
        let detail = "is required of a caller who is no API key: which organization is the resource in?";
        Problem::field(format!("{place}/resource/properties/organization_id"), "missing_field", detail)
    })
}

/// The organization of the API key that asks.
pub fn own(op: &Op) -> Option<OrganizationId> {
    match op.caller() {
        Caller::ApiKey { organization_id, .. } => Some(*organization_id),
        Caller::User { .. } | Caller::Anonymous => None,
    }
}

/// What policies can be told of a context. The specification lets it hold anything, and no policy can look at the
/// rest: what is told to them is text, whole numbers, booleans and lists of texts.
fn tellable(context: &Map<String, Value>) -> Map<String, Value> {
    let can_be = |value: &Value| match value {
        Value::String(_) | Value::Bool(_) => true,
        Value::Number(number) => number.is_i64(),
        Value::Array(list) => list.iter().all(Value::is_string),
        Value::Null | Value::Object(_) => false,
    };
    context
        .iter()
        .filter(|(_, value)| can_be(value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// What can be told of a context; `place` is the JSON pointer of the body that it stands in.
pub fn told(context: Option<&Map<String, Value>>, place: &str) -> Result<Given, Problem> {
    context.map(|told| read_context(tellable(told), place)).transpose().map(Option::unwrap_or_default)
}

/// The same, with what a subject's token is limited to.
pub fn told_of(
    properties: Option<&AuthzenSubjectProperties>,
    context: Option<&Map<String, Value>>,
    place: &str,
) -> Result<Given, Problem> {
    let scopes = properties.and_then(|properties| properties.scopes.clone());
    let scopes = scopes.map(|scopes| read_scopes(scopes, &format!("{place}/subject/properties/scopes")));
    let mut given = told(context, place)?;
    given.scopes = scopes.transpose()?;
    Ok(given)
}

/// The question that an evaluation asks; `place` is the JSON pointer of the body that the resource stands in.
pub fn evaluation(
    op: &Op,
    subject: &AuthzenSubject,
    action: &AuthzenAction,
    on: &AuthzenResource,
    context: Option<&Map<String, Value>>,
    place: &str,
) -> Result<Evaluation, Problem> {
    let context = told_of(subject.properties.as_ref(), context, place)?;
    let question = Question {
        principal: principal(subject),
        permission: permission(action, &on.kind),
        resource: resource(on),
        context,
        at: At::default(),
    };
    Ok(Evaluation { organization: organization(op, on, place)?, question })
}
