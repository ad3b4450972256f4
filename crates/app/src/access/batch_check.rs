//! Many questions at one revision.

use polity_domain::ids::OrganizationId;
use polity_domain::permissions::ACCESS_CHECK;
use polity_store::Revision;

use super::check::answer;
use super::question::{Asker, At, AtLeast, Question};
use crate::changes::{at_row, check_rows};
use crate::{AppError, Kind, Op};

/// The answers in the order of the questions, and the revision at which they were true.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Whether each may.
    pub allowed: Vec<bool>,
    /// At which point of the tree's history.
    pub revision: Revision,
}

/// Answers up to 1000 questions by one snapshot: the present one, or that of `at_revision`. Each is judged as if it
/// were asked alone, and one that may not be asked refuses them all.
///
/// # Errors
/// As [`super::check`], with the question in the field.
#[tracing::instrument(name = "access.batch_check", level = "debug", skip_all)]
pub async fn batch_check(
    op: &Op,
    organization: OrganizationId,
    questions: &[Question],
    at_revision: Option<AtLeast>,
) -> Result<Answers, AppError> {
    check_rows(questions.len(), "/checks")?;
    let least = questions.iter().filter_map(|question| question.at.at_least_revision);
    let mut asker = Asker::open_at_least(op, organization, least).await?;
    if at_revision.is_some() {
        for (row, asked) in questions.iter().enumerate() {
            let may = asker.target(&asked.principal, asked.resource.as_ref(), ACCESS_CHECK);
            may.map_err(|error| at_its_row(error, row))?;
        }
        asker.go(At::new(None, at_revision)).await?;
    }
    let mut allowed = Vec::with_capacity(questions.len());
    for (row, question) in questions.iter().enumerate() {
        allowed.push(answer(&mut asker, question, true).await.map_err(|error| at_its_row(error, row))?);
        if asker.judging().may_take_long() {
            // Others want this thread, too.
            tokio::task::yield_now().await;
        }
    }
    Ok(Answers { allowed, revision: asker.revision() })
}

/// Of an organization that the asker may not know of there is nothing to say, not even which row asked: the
/// answer is the one for an organization that never existed.
fn at_its_row(error: AppError, row: usize) -> AppError {
    let hidden = error.kind == Kind::NotFound && error.fields.is_empty();
    if hidden { error } else { at_row(error, "/checks", row) }
}
