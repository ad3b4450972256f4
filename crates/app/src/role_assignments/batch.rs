//! Withdrawing and assigning many roles at once.

use polity_domain::ids::{OrganizationId, RoleAssignmentId};
use polity_domain::ledger::event::Change;
use polity_domain::permissions::{ROLE_ASSIGNMENTS_CREATE, ROLE_ASSIGNMENTS_DELETE};
use polity_domain::roles::RoleAssignment;

use super::condition::check_conditions;
use super::create::NewAssignment;
use super::{create, delete};
use crate::changes::{Rows, check_rows, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// What to withdraw, then what to assign.
#[derive(Debug, Clone, Default)]
pub struct AssignmentBatch {
    /// The assignments to end, first.
    pub delete: Vec<RoleAssignmentId>,
    /// The assignments to make, afterwards.
    pub create: Vec<NewAssignment>,
}

/// Withdraws and assigns in one transaction, all or nothing: owners may change places in it. Gives the
/// assignments that were made, in order.
///
/// # Errors
/// As [`super::create`] and [`super::delete`], with the row in the field.
#[tracing::instrument(name = "role_assignments.batch", skip_all, fields(%organization))]
pub async fn batch(
    op: &Op,
    organization: OrganizationId,
    batch: AssignmentBatch,
    validate_only: bool,
) -> Result<Outcome<Vec<RoleAssignment>>, AppError> {
    check_rows(batch.create.len() + batch.delete.len(), "/create")?;
    check_conditions(op, organization, &batch.create, |row| format!("/create/{row}")).await?;
    let action = if batch.create.is_empty() { ROLE_ASSIGNMENTS_DELETE } else { ROLE_ASSIGNMENTS_CREATE };
    let unit = op.write(action, organization).await?;
    if !batch.delete.is_empty() {
        unit.snapshot().permit(&op.principal()?, ROLE_ASSIGNMENTS_DELETE, organization, op.moment())?;
    }
    let mut rows = Rows::new(unit, "/delete", false);
    for id in batch.delete {
        let planned = delete::plan(op, rows.unit(), id, &IfMatch::Any).await;
        rows = rows.take(planned.map(|gone| (vec![Change::RoleAssignmentDeleted(gone)], None))).await?;
    }
    rows.section("/create");
    for new in batch.create {
        let planned = create::plan(op, rows.unit(), new).await;
        rows = rows.take(planned.map(|(changes, made)| (changes, Some(made)))).await?;
    }
    let (results, preview) = rows.finish(validate_only).await?;
    let made = results.into_iter().filter_map(|row| row.ok().flatten()).collect();
    Ok(outcome(made, preview))
}
