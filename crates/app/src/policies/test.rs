//! Trying a policy before it is made.

use polity_domain::access::Circumstances;
use polity_domain::ids::{OrganizationId, PolicyId};
use polity_domain::permissions::{ACCESS_CHECK, POLICIES_READ};
use polity_domain::policies::{Policy, PolicyMode};

use super::fields::check_fields;
use crate::access::{Asker, Question, answer};
use crate::changes::at_row;
use crate::{AppError, Op, Revision};

/// What a policy would say to one question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tested {
    /// Whether it is allowed without the policy: by roles, and the policies that are enforced.
    pub allowed: bool,
    /// Whether the policy would deny it, also because it cannot be evaluated.
    pub denies: bool,
    /// Why it cannot be evaluated, if that is so.
    pub failure: Option<String>,
}

/// What it would say to each, in order, and the revision at which that is true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tests {
    /// One for each question.
    pub results: Vec<Tested>,
    /// At which point of the tree's history.
    pub revision: Revision,
}

/// Checks a text as if it were to be a policy of the organization, and tells what it would say to some questions.
/// Nothing is kept or counted.
///
/// # Errors
/// 400 at `/text` with Cedar's words; for the questions as [`crate::access::batch_check`].
#[tracing::instrument(name = "policies.test", skip_all, fields(%organization))]
pub async fn test(
    op: &Op,
    organization: OrganizationId,
    text: &str,
    questions: &[Question],
) -> Result<Tests, AppError> {
    let reader = op.read(POLICIES_READ, organization).await?;
    check_fields(op, reader.snapshot(), None, Some(text)).await?;
    let policy = Policy {
        id: PolicyId::from_uuid(uuid::Uuid::nil()),
        organization_id: organization,
        title: String::new(),
        mode: PolicyMode::Shadow,
        text: text.to_owned(),
        create_time: op.now(),
        update_time: op.now(),
    };
    let mut asker = Asker::open(op, organization).await?;
    let mut results = Vec::with_capacity(questions.len());
    for (row, question) in questions.iter().enumerate() {
        let tested = try_one(&mut asker, &policy, question).await;
        results.push(tested.map_err(|error| at_row(error, "/checks", row))?);
        // To be judged by policies takes long: others want this thread, too.
        tokio::task::yield_now().await;
    }
    Ok(Tests { results, revision: asker.revision() })
}

async fn try_one(asker: &mut Asker<'_>, policy: &Policy, question: &Question) -> Result<Tested, AppError> {
    let allowed = answer(asker, question, false).await?;
    let target = asker.target(&question.principal, question.resource.as_ref(), ACCESS_CHECK)?;
    let permission = asker.permission(&question.permission)?;
    let circumstances = Circumstances::told(asker.judged_at(), &question.context);
    let (principal, at) = (&question.principal, target.organization);
    let found =
        asker.judging().try_policy(policy, principal, permission, at, target.resource, &circumstances);
    Ok(Tested { allowed, denies: found.is_some(), failure: found.and_then(|found| found.failure) })
}
