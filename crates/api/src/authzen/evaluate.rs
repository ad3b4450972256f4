//! `POST /access/v1/evaluation`

use garde::Validate;
use polity_app::access::{Evaluation, evaluate};
use polity_app::{AppError, Op};
use polity_web::{Answered, Body, Caller, Problem, Problems};
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bodies::{AuthzenAction, AuthzenResource, AuthzenSubject};
use super::decision::AuthzenDecision;
use super::reading;
use super::refusal::is_unknown;

/// May this subject do this on this resource?
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct AuthzenEvaluationRequest {
    /// Who
    subject: AuthzenSubject,
    /// What
    action: AuthzenAction,
    /// On what
    resource: AuthzenResource,
    /// What policies are told of the circumstances: texts, whole numbers, booleans and lists of texts; `ip` is an address
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    context: Option<Map<String, Value>>,
}

/// May this subject do this on this resource?
///
/// As in the OpenID AuthZEN Authorization API 1.0. An API key may leave out `resource.properties.organization_id` for what is
/// in its own organization. Everybody may ask about themselves; about others it takes `access.check` (403). A subject that is
/// not known may do nothing; an action or a resource that is not known, or not the caller's to know of, is denied with
/// `context.error`.
#[utoipa::path(post, path = "/access/v1/evaluation", operation_id = "evaluate_access", tag = "AuthZEN",
    request_body = AuthzenEvaluationRequest,
    responses((status = 200, description = "The decision", body = AuthzenDecision), Problems))]
pub async fn evaluate_access(
    Caller(op): Caller,
    Body(body): Body<AuthzenEvaluationRequest>,
) -> Result<Answered<AuthzenDecision>, Problem> {
    op.principal()?;
    let asked =
        reading::evaluation(&op, &body.subject, &body.action, &body.resource, body.context.as_ref(), "")?;
    Ok(Answered(decided(&op, &asked).await?))
}

/// The decision about one question, which is the whole request.
pub async fn decided(op: &Op, asked: &Evaluation) -> Result<AuthzenDecision, AppError> {
    match evaluate(op, asked).await {
        Ok(evaluated) => Ok(evaluated.into()),
        Err(error) if is_unknown(&error) => Ok(AuthzenDecision::refused(op, asked.organization, error)),
        Err(error) => Err(error),
    }
}
