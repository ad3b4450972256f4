//! Ending what somebody holds on a workspace.

use polity_domain::permissions::WORKSPACES_MANAGE_USERS;

use super::UserOf;
use super::plan::{Plan, current, plan};
use crate::changes::{carry_out, outcome};
use crate::{AppError, IfMatch, Op, Outcome};

/// Ends all roles that somebody holds on a workspace. They stay a member of the organization, and what they
/// hold there stays. Only whoever could grant all that they hold on the workspace ends it.
///
/// # Errors
/// 403 `cannot_grant`; 404 for somebody who holds no role on it; 412 when `if_match` is another version.
#[tracing::instrument(name = "workspaces.users.remove", skip_all, fields(workspace = %of.workspace, user = %of.user))]
pub async fn remove(
    op: &Op,
    of: UserOf,
    if_match: &IfMatch,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let unit = op.write_on(WORKSPACES_MANAGE_USERS, of.organization, of.workspace).await?;
    let held = current(op, &unit, of).await?.filter(|(_, shown)| !shown.roles.is_empty());
    let (person, shown) = held.ok_or_else(AppError::not_found)?;
    if_match.check_tag(&shown.etag())?;
    let Plan { changes, .. } = plan(op, &unit, of, person, &[]).await?;
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}
