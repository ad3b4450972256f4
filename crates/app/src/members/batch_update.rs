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
#[tracing::instrument(name = "members.batch_update", skip_all, fields(%organization, rows = members.len()))]
pub async fn batch_update(
    op: &Op,
    organization: OrganizationId,
    members: Vec<MemberRow>,
    partial: bool,
    validate_only: bool,
) -> Result<Outcome<BatchRows>, AppError> {
    check_rows(members.len(), "/members")?;
    let mut rows = Rows::new(op.write(MEMBERS_UPDATE, organization).await?, "/members", partial);
    for row in members {
        let planned = plan(op, rows.unit(), row.user, &row.update, &IfMatch::Any).await;
        rows = rows.take(planned).await?;
    }
    let (views, preview) = rows.finish(validate_only).await?;
    Ok(outcome(views, preview))
}
