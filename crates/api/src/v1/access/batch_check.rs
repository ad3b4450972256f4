//! `POST {O}/access/batch-check`

use garde::Validate;
use polity_app::Freshness;
use polity_app::access::batch_check;
use polity_web::{Answered, Asking, At, Body, Problem, Problems, Staleness};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::bodies::{CheckBody, Consistency, RevisionRef};
use crate::v1::common::{OrganizationPath, revision_text};

/// Several questions.
#[derive(Debug, Deserialize, ToSchema, Validate)]
#[serde(deny_unknown_fields)]
pub struct BatchCheckBody {
    /// 1 to 1000 questions
    #[garde(length(min = 1, max = 1000), dive)]
    #[schema(min_items = 1, max_items = 1000)]
    checks: Vec<CheckBody>,
    /// The answers as they were at this revision, when its event happened; they never change
    #[serde(default)]
    #[garde(skip)]
    #[schema(value_type = Option<String>, example = "org_01h455vb4pex5vsknk084sn02q.17")]
    at_revision: Option<RevisionRef>,
    /// How fresh the answers must be. One question that wants `FULL` is answered so with all others
    #[serde(default)]
    #[garde(skip)]
    consistency: Option<Consistency>,
}

impl BatchCheckBody {
    /// One snapshot answers all: as fresh as the question that wants it freshest.
    fn freshness(&self) -> Freshness {
        let asked = |check: &CheckBody| check.freshness_or(self.consistency);
        let full =
            self.at_revision.is_some() || self.checks.iter().any(|check| asked(check) == Freshness::Full);
        if full { Freshness::Full } else { Freshness::Bounded }
    }
}

/// The answers, all of one revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchCheckAnswer {
    /// One answer for each question, in order
    results: Vec<CheckResult>,
    /// The point of the tree's history at which they were true
    #[schema(example = "org_01h455vb4pex5vsknk084sn02q.42")]
    revision: String,
}

/// One of several answers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckResult {
    /// Whether it may
    #[schema(example = true)]
    allowed: bool,
}

/// Ask up to 1000 questions at once
///
/// Each is judged as if it were asked alone; one that may not be asked, or that names what is not known,
/// refuses them all and is named in `errors`.
#[utoipa::path(post, path = "/organizations/{organization_id}/access/batch-check",
    operation_id = "batch_check_access", tag = "Access", params(OrganizationPath), request_body = BatchCheckBody,
    responses((status = 200, description = "The answers, in order", body = BatchCheckAnswer,
        headers(("Polity-Staleness" = u64, description = "How many seconds old they may be; absent: they are the newest"))),
        Problems))]
pub async fn batch_check_access(
    Asking(asking): Asking,
    At(at): At<OrganizationPath>,
    Body(body): Body<BatchCheckBody>,
) -> Result<(Staleness, Answered<BatchCheckAnswer>), Problem> {
    let op = asking.answered(body.freshness()).await?;
    let checks = body.checks.into_iter().enumerate();
    let questions: Vec<_> = checks.map(|(row, check)| check.read_of_batch(row)).collect::<Result<_, _>>()?;
    let at_revision = body.at_revision.map(|RevisionRef(revision)| revision);
    let answers = batch_check(&op, at.organization_id, &questions, at_revision).await?;
    let results = answers.allowed.into_iter().map(|allowed| CheckResult { allowed }).collect();
    let answer = BatchCheckAnswer { results, revision: revision_text(answers.revision) };
    Ok((Staleness::of(&op), Answered(answer)))
}
