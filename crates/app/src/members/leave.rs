//! Leaving an organization.

use polity_domain::ids::OrganizationId;

use super::remove::ending;
use crate::changes::{carry_out, outcome};
use crate::role_assignments::check_there;
use crate::{AppError, Caller, Kind, Op, Outcome};

/// Ends the caller's own membership.
///
/// # Errors
/// 403 `person_required` for a key; 404 for one who is not a member; 409 `last_owner`.
#[tracing::instrument(name = "members.leave", skip_all, fields(%organization))]
pub async fn leave(
    op: &Op,
    organization: OrganizationId,
    validate_only: bool,
) -> Result<Outcome<()>, AppError> {
    let user = person(op)?;
    let seen = op.own_reader("members.leave", organization).await?;
    seen.members().get(user).await?.ok_or_else(AppError::not_found)?;
    let unit = op.own("members.leave", organization).await?;
    check_there(&unit)?;
    let (member, _) = unit.members().get(user).await?.ok_or_else(AppError::not_found)?;
    let changes = ending(op, &unit, member).await?;
    carry_out(unit, changes, validate_only).await.map(|preview| outcome((), preview))
}

/// The signed-in person: a key has no memberships.
pub(super) fn person(op: &Op) -> Result<polity_domain::ids::UserId, AppError> {
    match op.caller() {
        Caller::Anonymous => Err(AppError::unauthenticated()),
        Caller::User { user_id, .. } => Ok(*user_id),
        Caller::ApiKey { .. } => {
            Err(AppError::new(Kind::Forbidden, "person_required", "Only a person can do this."))
        }
    }
}
