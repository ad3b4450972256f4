//! One question as a decision point is asked it: in whatever organization it is about.

use std::collections::BTreeMap;

use polity_domain::access::Denial;
use polity_domain::ids::OrganizationId;
use polity_store::Revision;

use super::check::{answer, denial};
use super::question::{Asker, Question};
use crate::{AppError, Kind, Op};

/// A question, and where it is asked.
#[derive(Debug, Clone)]
pub struct Evaluation {
    /// The organization; none: what was named is no organization's id, so that nothing is there.
    pub organization: Option<OrganizationId>,
    /// What is asked in it.
    pub question: Question,
}

/// An answer, and the revision at which it was true.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluated {
    /// Whether it may.
    pub allowed: bool,
    /// Why not, where the asker may have it explained.
    pub denial: Option<Denial>,
    /// At which point of the history of the organization's tree.
    pub revision: Revision,
}

/// Answers one question, and why not as far as the asker may know.
///
/// # Errors
/// As [`super::check`].
#[tracing::instrument(name = "access.evaluate", level = "debug", skip_all)]
pub async fn evaluate(op: &Op, evaluation: &Evaluation) -> Result<Evaluated, AppError> {
    Evaluator::new(op).evaluate(evaluation).await
}

/// Answers the questions of one request: those about one tree at one revision.
pub(super) struct Evaluator<'o> {
    op: &'o Op,
    /// What was opened already; none where nothing is, or nothing that is answered here.
    askers: BTreeMap<OrganizationId, Option<Asker<'o>>>,
}

impl<'o> Evaluator<'o> {
    /// Nothing is opened yet.
    pub const fn new(op: &'o Op) -> Self {
        Self { op, askers: BTreeMap::new() }
    }

    /// Answers one.
    pub async fn evaluate(&mut self, evaluation: &Evaluation) -> Result<Evaluated, AppError> {
        self.op.principal()?;
        let organization = evaluation.organization.ok_or_else(AppError::not_found)?;
        let asker = self.asker(organization).await?.ok_or_else(AppError::not_found)?;
        let question = &evaluation.question;
        let allowed = answer(asker, question, true).await?;
        let denial = if allowed { None } else { denial(asker, question)? };
        Ok(Evaluated { allowed, denial, revision: asker.revision() })
    }

    async fn asker(&mut self, organization: OrganizationId) -> Result<Option<&mut Asker<'o>>, AppError> {
        if !self.askers.contains_key(&organization) {
            let beside = self.askers.values().flatten().find_map(|asker| asker.beside(organization));
            let found = match beside {
                Some(found) => found,
                None => Asker::open(self.op, organization).await,
            };
            let asker = match found {
                Err(error) if error.kind == Kind::NotFound => None,
                found => Some(found?),
            };
            self.askers.insert(organization, asker);
        }
        Ok(self.askers.get_mut(&organization).and_then(Option::as_mut))
    }
}
