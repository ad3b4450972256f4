//! Why an answer is what it is.

use polity_domain::access::{Circumstances, Decision, Denial, Explanation};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_EXPLAIN;
use polity_store::Revision;

use super::question::{Asker, Question};
use crate::{AppError, Op};

/// An answer with its reasons, and the revision at which it was true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explained {
    /// The organization that it is about.
    pub organization: OrganizationId,
    /// The answer with its reasons.
    pub explanation: Explanation,
    /// At which point of the tree's history.
    pub revision: Revision,
}

/// Answers with the proof and one sentence for a person, and for a denial with the smallest grants
/// that would allow it.
///
/// # Errors
/// As [`super::check`]; about others it takes `access.explain`.
#[tracing::instrument(name = "access.explain", level = "debug", skip_all)]
pub async fn explain(
    op: &Op,
    organization: OrganizationId,
    question: &Question,
) -> Result<Explained, AppError> {
    let (principal, resource) = (&question.principal, question.resource.as_ref());
    let (asker, target) =
        Asker::open_about(op, organization, principal, resource, ACCESS_EXPLAIN, question.at).await?;
    let permission = asker.permission(&question.permission)?;
    let explanation = asker.judging().explain(
        &question.principal,
        permission,
        target.organization,
        target.resource,
        Circumstances::told(asker.judged_at(), &question.context),
    );
    if let Decision::Denied(Denial::PolicyFailed(policy)) = explanation.decision {
        tracing::warn!(%policy, "a policy could not be evaluated: what it may forbid is denied");
    }
    let explanation = explanation
        .with_policies_of(asker.judging(), permission, |organization| asker.sees_policies_of(organization));
    Ok(Explained { organization: target.organization, explanation, revision: asker.revision() })
}
