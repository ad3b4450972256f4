//! Many questions in one request, each for itself.

use std::collections::BTreeSet;

use super::evaluate::{Evaluated, Evaluation, Evaluator};
use crate::changes::{check_rows, is_refusal};
use crate::{AppError, Kind, Op};

/// About how many organizations one request may ask: each is looked up, whether it is there or not.
const MAX_ORGANIZATIONS: usize = 100;

/// How far questions are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Until {
    /// All of them.
    #[default]
    TheLast,
    /// Up to the first that is denied or cannot be answered.
    TheFirstDenied,
    /// Up to the first that is allowed.
    TheFirstAllowed,
}

/// Answers up to 1000 questions in their order, each as if it were asked alone: one that may not be asked is refused by
/// itself. All that are about organizations of one tree are answered at one revision.
///
/// # Errors
/// 400 for more than 1000 questions, or about more than 100 organizations; 401; and what is no question's own fault.
#[tracing::instrument(name = "access.evaluate_all", level = "debug", skip_all)]
pub async fn evaluate_all(
    op: &Op,
    evaluations: &[Evaluation],
    until: Until,
) -> Result<Vec<Result<Evaluated, AppError>>, AppError> {
    check_rows(evaluations.len(), "/evaluations")?;
    let organizations: BTreeSet<_> = evaluations.iter().filter_map(|one| one.organization).collect();
    if organizations.len() > MAX_ORGANIZATIONS {
        let detail =
            format!("are about more than {MAX_ORGANIZATIONS} organizations; ask in several requests");
        return Err(AppError::invalid("/evaluations", "invalid_value", detail));
    }
    let mut evaluator = Evaluator::new(op);
    let mut answers = Vec::with_capacity(evaluations.len());
    for evaluation in evaluations {
        let answer = evaluator.evaluate(evaluation).await;
        let answer =
            answer.map(Ok).or_else(|error| if is_its_own(&error) { Ok(Err(error)) } else { Err(error) })?;
        let allowed = answer.as_ref().is_ok_and(|answer| answer.allowed);
        answers.push(answer);
        let last = match until {
            Until::TheLast => false,
            Until::TheFirstDenied => !allowed,
            Until::TheFirstAllowed => allowed,
        };
        if last {
            break;
        }
    }
    Ok(answers)
}

/// Whether the others can be answered all the same.
fn is_its_own(error: &AppError) -> bool {
    is_refusal(error) || error.kind == Kind::Misdirected
}
