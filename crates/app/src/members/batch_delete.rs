//! Removing many members at once.

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::permissions::MEMBERS_REMOVE;

use super::remove::plan;
use crate::changes::{Rows, check_rows, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Removes many members in one transaction: all or none, or with `partial` all that can be.
///
/// # Errors
/// As [`super::remove`], with the row in the field; with `partial` these are the rows' own.
#[tracing::instrument(name = "members.batch_delete", skip_all, fields(%organization, rows = users.len()))]
pub async fn batch_delete(
    op: &Op,
    organization: OrganizationId,
    users: Vec<UserId>,
    partial: bool,
    validate_only: bool,
) -> Result<Outcome<Vec<Result<UserId, AppError>>>, AppError> {
    check_rows(users.len(), "/users")?;
    let mut rows = Rows::new(op.write(MEMBERS_REMOVE, organization).await?, "/users", partial);
    for user in users {
        let planned = plan(op, rows.unit(), user, &IfMatch::Any).await;
        rows = rows.take(planned.map(|changes| (changes, user))).await?;
    }
    let (removed, preview) = rows.finish(validate_only).await?;
    Ok(outcome(removed, preview))
}
