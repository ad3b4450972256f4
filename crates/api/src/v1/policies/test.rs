//! `POST {O}/policies/test`

use axum::Json;
use garde::Validate;
use polity_app::policies::{Tested, test};
use polity_web::{At, Body, Caller, Problem, Problems};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::v1::access::CheckBody;
use crate::v1::common::{OrganizationPath, revision_text};

/// A policy to try.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct PolicyTestBody {
    /// One or more `forbid` statements in Cedar, at most 8 KiB
    #[garde(skip)]
    #[schema(
        min_length = 1,
        max_length = 8192,
        example = "forbid (principal, action == Action::\"members.remove\", resource);"
    )]
    text: String,
    /// Up to 100 questions; none: the text is checked, and that is all
    #[serde(default)]
    #[garde(length(max = 100), dive)]
    #[schema(max_items = 100)]
    checks: Vec<CheckBody>,
}

/// What a policy would say.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyTestAnswer {
    /// One for each question, in order
    results: Vec<PolicyTestResult>,
    /// The point of the tree's history at which that is true
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

/// What it would say to one question.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyTestResult {
    /// Whether it is allowed without the policy: what `check` answers
    #[schema(example = true)]
    allowed: bool,
    /// Whether it would be with the policy enforced
    #[schema(example = false)]
    allowed_with_policy: bool,
    /// What the policy itself says
    verdict: PolicyVerdict,
    /// Why it cannot be evaluated, in Cedar's words
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    failure: Option<String>,
}

/// What a policy says to a question.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PolicyVerdict {
    /// Nothing
    Silent,
    /// No
    Forbids,
    /// It cannot be evaluated, and would deny
    Fails,
}

impl From<Tested> for PolicyTestResult {
    fn from(tested: Tested) -> Self {
        let verdict = match (&tested.failure, tested.denies) {
            (Some(_), _) => PolicyVerdict::Fails,
            (None, true) => PolicyVerdict::Forbids,
            (None, false) => PolicyVerdict::Silent,
        };
        let allowed_with_policy = tested.allowed && !tested.denies;
        Self { allowed: tested.allowed, allowed_with_policy, verdict, failure: tested.failure }
    }
}

/// Try a policy
///
/// Checks the text as if it were to be a policy of the organization, and tells what it would say to some questions
/// asked now. Nothing is kept. About others than oneself it takes `access.check` as well.
#[utoipa::path(post, path = "/organizations/{organization_id}/policies/test", operation_id = "test_policy",
    tag = "Policies", params(OrganizationPath), request_body = PolicyTestBody,
    responses((status = 200, description = "What it would say", body = PolicyTestAnswer), Problems))]
pub async fn test_policy(
    Caller(op): Caller,
    At(at): At<OrganizationPath>,
    Body(body): Body<PolicyTestBody>,
) -> Result<Json<PolicyTestAnswer>, Problem> {
    let checks = body.checks.into_iter().enumerate();
    let questions: Vec<_> = checks.map(|(row, check)| check.read_of_batch(row)).collect::<Result<_, _>>()?;
    let tests = test(&op, at.organization_id, &body.text, &questions).await?;
    Ok(Json(PolicyTestAnswer {
        results: tests.results.into_iter().map(Into::into).collect(),
        revision: revision_text(tests.revision),
    }))
}
