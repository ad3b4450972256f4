//! One question.

use polity_domain::access::{Circumstances, Decision, Denial, Ground, Snapshot};
use polity_domain::ids::OrganizationId;
use polity_domain::permissions::{ACCESS_CHECK, ACCESS_EXPLAIN};
use polity_store::Revision;

use super::question::{Asker, Question};
use crate::{AppError, Op};

/// An answer, and the revision at which it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Whether it may.
    pub allowed: bool,
    /// At which point of the tree's history.
    pub revision: Revision,
}

/// May this principal do this here?
///
/// # Errors
/// 400 `unknown_permission`, `unknown_resource_type`, or a revision of another tree; 403 for one who
/// may not ask about others; 404 for an organization that the caller may not know of; 409
/// `revision_not_reached`.
#[tracing::instrument(name = "access.check", level = "debug", skip_all)]
pub async fn check(op: &Op, organization: OrganizationId, question: &Question) -> Result<Answer, AppError> {
    let mut asker = Asker::open_at_least(op, organization, question.at.at_least_revision).await?;
    if question.at.at_revision.is_some() {
        asker.target(&question.principal, question.resource.as_ref(), ACCESS_CHECK)?;
        asker.go(question.at).await?;
    }
    let allowed = answer(&mut asker, question, true).await?;
    Ok(Answer { allowed, revision: asker.revision() })
}

/// The same with the snapshot in hand. `counted`: what is allowed is a use, and what policies that are not enforced
/// would have denied is counted.
pub(crate) async fn answer(
    asker: &mut Asker<'_>,
    question: &Question,
    counted: bool,
) -> Result<bool, AppError> {
    let target = asker.target(&question.principal, question.resource.as_ref(), ACCESS_CHECK)?;
    asker.check_least(question.at.at_least_revision)?;
    let permission = asker.permission(&question.permission)?;
    let circumstances = Circumstances::told(asker.judged_at(), &question.context);
    let judge = |snapshot: &Snapshot| {
        let (principal, resource) = (&question.principal, target.resource);
        snapshot.ground(principal, permission, target.organization, resource, &circumstances)
    };
    match judge(asker.judging()) {
        Ok(ground) => {
            if counted {
                if ground == Ground::Held {
                    asker.note_use(&question.principal, &question.permission, target.organization);
                }
                asker.count_shadows(question, permission, &target);
            }
            return Ok(true);
        }
        Err(Denial::PolicyFailed(policy)) => {
            tracing::warn!(%policy, "a policy could not be evaluated: what it may forbid is denied");
            return Ok(false);
        }
        // Whoever else allows it, a policy forbids it.
        Err(Denial::Policy(_)) => return Ok(false),
        Err(_) => {}
    }
    // Who is of the staff matters to nobody but them: it is found out last.
    if !asker.may_be_staff(&question.principal) {
        return Ok(false);
    }
    Box::pin(asker.know_staff()).await?;
    Ok(judge(asker.judging()).is_ok())
}

/// Why something was denied, if the asker may have it explained.
pub(super) fn denial(asker: &Asker<'_>, question: &Question) -> Result<Option<Denial>, AppError> {
    let (principal, resource) = (&question.principal, question.resource.as_ref());
    let target = asker.target(principal, resource, ACCESS_CHECK)?;
    if !asker.may_ask_at(principal, target.organization, ACCESS_EXPLAIN) {
        return Ok(None);
    }
    let permission = asker.permission(&question.permission)?;
    let circumstances = Circumstances::told(asker.judged_at(), &question.context);
    let (at, on) = (target.organization, target.resource);
    match asker.judging().check(principal, permission, at, on, circumstances) {
        Decision::Denied(denial) => Ok(Some(denial)),
        Decision::Allowed => Ok(None),
    }
}
