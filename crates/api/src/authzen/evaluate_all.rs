//! `POST /access/v1/evaluations`

use garde::Validate;
use polity_app::access::{Evaluated, Evaluation, Until, evaluate_all};
use polity_app::{AppError, Op};
use polity_web::{Answered, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::bodies::{AuthzenAction, AuthzenResource, AuthzenSubject};
use super::decision::AuthzenDecision;
use super::evaluate::decided;
use super::reading;

/// Several questions; what they leave out is what stands beside them
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[garde(allow_unvalidated)]
pub struct AuthzenEvaluationsRequest {
    /// Who, in evaluations that name none
    #[serde(default)]
    #[schema(nullable = false)]
    subject: Option<AuthzenSubject>,
    /// What, in evaluations that name none
    #[serde(default)]
    #[schema(nullable = false)]
    action: Option<AuthzenAction>,
    /// On what, in evaluations that name none
    #[serde(default)]
    #[schema(nullable = false)]
    resource: Option<AuthzenResource>,
    /// What policies and conditions are told of the circumstances, in evaluations that tell none: texts, whole numbers, booleans and lists of texts; `ip` is an address
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    context: Option<Map<String, Value>>,
    /// Up to 1000 questions, about at most 100 organizations. Absent or empty: the request is one question, and its answer
    /// one decision
    #[serde(default)]
    #[garde(length(max = 1000))]
    #[schema(nullable = false, max_items = 1000)]
    evaluations: Option<Vec<AuthzenEvaluationItem>>,
    /// How they are answered
    #[serde(default)]
    #[schema(nullable = false)]
    options: Option<AuthzenEvaluationsOptions>,
}

/// One of several questions
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AuthzenEvaluationItem {
    /// Who
    #[serde(default)]
    #[schema(nullable = false)]
    subject: Option<AuthzenSubject>,
    /// What
    #[serde(default)]
    #[schema(nullable = false)]
    action: Option<AuthzenAction>,
    /// On what
    #[serde(default)]
    #[schema(nullable = false)]
    resource: Option<AuthzenResource>,
    /// What policies are told of the circumstances: texts, whole numbers, booleans and lists of texts; `ip` is an address
    #[serde(default)]
    #[schema(value_type = Object, nullable = false)]
    context: Option<Map<String, Value>>,
}

/// How several questions are answered
#[derive(Debug, Default, Deserialize, ToSchema)]
pub struct AuthzenEvaluationsOptions {
    /// Which of them. Absent: all
    #[serde(default)]
    #[schema(nullable = false)]
    evaluations_semantic: Option<AuthzenSemantic>,
}

/// Which of several questions are answered
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthzenSemantic {
    /// All of them
    ExecuteAll,
    /// Those up to the first that is denied or cannot be answered
    DenyOnFirstDeny,
    /// Those up to the first that is allowed
    PermitOnFirstPermit,
}

impl From<AuthzenSemantic> for Until {
    fn from(semantic: AuthzenSemantic) -> Self {
        match semantic {
            AuthzenSemantic::ExecuteAll => Self::TheLast,
            AuthzenSemantic::DenyOnFirstDeny => Self::TheFirstDenied,
            AuthzenSemantic::PermitOnFirstPermit => Self::TheFirstAllowed,
        }
    }
}

/// The answers, or the one answer to a request that is one question
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum AuthzenEvaluationsAnswer {
    /// One answer for each question that was answered, in their order
    Several {
        /// The decisions
        evaluations: Vec<AuthzenDecision>,
    },
    /// The answer to the one question
    One(AuthzenDecision),
}

impl AuthzenEvaluationsRequest {
    /// One of the questions, of what it names and of what stands beside it; `place` is its JSON pointer.
    fn question(&self, op: &Op, item: &AuthzenEvaluationItem, place: &str) -> Result<Evaluation, Problem> {
        let missing =
            |field: &str| Problem::field(format!("{place}/{field}"), "missing_field", "is required");
        let subject = item.subject.as_ref().or(self.subject.as_ref()).ok_or_else(|| missing("subject"))?;
        let action = item.action.as_ref().or(self.action.as_ref()).ok_or_else(|| missing("action"))?;
        let (resource, place) = match (&item.resource, &self.resource) {
            (Some(own), _) => (own, place),
            (None, Some(shared)) => (shared, ""),
            (None, None) => return Err(missing("resource")),
        };
        let context = item.context.as_ref().or(self.context.as_ref());
        reading::evaluation(op, subject, action, resource, context, place)
    }
}

/// May these subjects do these things on these resources?
///
/// As in the OpenID AuthZEN Authorization API 1.0, with all three semantics. Each question is judged as if it were asked
/// alone; one that may not be asked is denied with `context.error`, and the others are answered. All that are about
/// organizations of one tree are answered at one revision.
#[utoipa::path(post, path = "/access/v1/evaluations", operation_id = "evaluate_access_all", tag = "AuthZEN",
    request_body = AuthzenEvaluationsRequest,
    responses((status = 200, description = "The decisions", body = AuthzenEvaluationsAnswer), Problems))]
pub async fn evaluate_access_all(
    Caller(op): Caller,
    Body(body): Body<AuthzenEvaluationsRequest>,
) -> Result<Answered<AuthzenEvaluationsAnswer>, Problem> {
    op.principal()?;
    let Some(items) = body.evaluations.as_deref().filter(|items| !items.is_empty()) else {
        let only = body.question(&op, &AuthzenEvaluationItem::default(), "")?;
        return Ok(Answered(AuthzenEvaluationsAnswer::One(decided(&op, &only).await?)));
    };
    let places = items.iter().enumerate().map(|(row, item)| (item, format!("/evaluations/{row}")));
    let asked: Vec<_> =
        places.map(|(item, place)| body.question(&op, item, &place)).collect::<Result<_, _>>()?;
    let semantic = body.options.unwrap_or_default().evaluations_semantic;
    let answers = evaluate_all(&op, &asked, semantic.map(Into::into).unwrap_or_default()).await?;
    let decision = |(answer, asked): (Result<Evaluated, AppError>, &Evaluation)| match answer {
        Ok(evaluated) => evaluated.into(),
        Err(error) => AuthzenDecision::refused(&op, asked.organization, error),
    };
    let evaluations = answers.into_iter().zip(&asked).map(decision).collect();
    Ok(Answered(AuthzenEvaluationsAnswer::Several { evaluations }))
}
