//! Changing many members at once.

use polity_domain::ids::{OrganizationId, UserId};
use polity_domain::permissions::MEMBERS_UPDATE;

use super::update::{MemberUpdate, plan};
use super::view::MemberView;
use crate::changes::{Rows, check_rows, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// One row: whom to change, and what.
#[derive(Debug, Clone)]
pub struct MemberRow {
    /// Whom.
    pub user: UserId,
    /// What.
    pub update: MemberUpdate,
}

/// What became of each row, in order. A refused row is there only if the call was `partial`.
pub type BatchRows = Vec<Result<MemberView, AppError>>;

/// Changes many members in one transaction: all or none, or with `partial` all that can be.
///
/// # Errors
/// As [`super::update`], with the row in the field; with `partial` these are the rows' own.
#[tracing::instrument(name = "members.batch_update", skip_all, fields(%organization, rows = rows.len()))]
pub async fn batch_update(
    op: &Op,
    organization: OrganizationId,
    rows: Vec<MemberRow>,
    partial: bool,
    validate_only: bool,
) -> Result<Outcome<BatchRows>, AppError> {
    check_rows(rows.len(), "/members")?;
    let mut unit = Rows::new(op.write(MEMBERS_UPDATE, organization).await?, "/members", partial);
    for row in rows {
        let planned = plan(op, unit.next().await?, row.user, &row.update, &IfMatch::Any).await;
        unit.take(planned).await?;
    }
    let (views, preview) = unit.finish(validate_only).await?;
    Ok(outcome(views, preview))
}
